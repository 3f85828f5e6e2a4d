// SPDX-License-Identifier: MIT
#pragma once
// Sizes that files claim: more than fits into memory is an error of the file's, not of the memory's.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace contrastive::detail {

/// No array has more bytes: asked of readers and writers alike.
inline constexpr std::uint64_t largest_array = std::uint64_t(1) << 48;

/// The bytes of an array: the size of an element times its extents, or `most` + 1 where that is more. Beside an extent
/// of 0 the others may not be boundless either.
inline std::uint64_t claimed_size(std::span<const std::uint64_t> extents, std::uint64_t size,
                                  std::uint64_t most = largest_array) {
  bool empty = false;
  for (const auto extent : extents) {
    empty |= extent == 0;
    if (extent > most / size) return most + 1;
    size *= std::max<std::uint64_t>(extent, 1);
  }
  return empty ? 0 : size;
}

/// f(), which asks for memory for `size` bytes of a file: memory that there is not is a file_error.
auto in_memory(const std::filesystem::path& file, std::uint64_t size, auto&& f) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {}
  throw file_error(quoted(file) + " does not fit into memory: " + std::to_string(size) +
                   " bytes of it and more have to");
}
template <class T>
void grow(std::vector<T>& values, std::size_t size, const std::filesystem::path& file) {
  in_memory(file, size, [&] { values.resize(size); });
}

/// Refuses a claim of more than this machine's memory where the file cannot show that it lies: a device or a pipe may
/// go on for ever.
inline void require_memory(std::FILE* stream, std::uint64_t claimed, const std::filesystem::path& file) {
  struct stat found{};
  if (fstat(fileno(stream), &found) != 0 || S_ISREG(found.st_mode)) return;
  const auto memory = std::uint64_t(sysconf(_SC_PHYS_PAGES)) * std::uint64_t(sysconf(_SC_PAGESIZE));
  if (claimed > memory)
    throw file_error(quoted(file) + " claims " + std::to_string(claimed) +
                     " bytes, which is more than this machine's memory");
}

}    // namespace contrastive::detail

// SPDX-License-Identifier: MIT
#pragma once
// What a fuzzer gives to a reader: bytes, and files of them that stand in memory.
#include <contrastive/core/error.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

namespace fuzz {

using bytes = std::span<const std::uint8_t>;

/// Takes the first byte off, which chooses between ways to read the others; 0 where there is none.
inline std::uint8_t choice(bytes& input) {
  if (input.empty()) return 0;
  const std::uint8_t first = input.front();
  input = input.subspan(1);
  return first;
}

/// A file with this content, the only one of its number.
inline std::filesystem::path file_of(bytes content, std::size_t number = 0) {
  static const std::array<int, 2> files{memfd_create("fuzz0", 0), memfd_create("fuzz1", 0)};
  const int file = files.at(number);
  if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, content.data(), content.size(), 0) != ssize_t(content.size()))
    throw std::runtime_error("cannot keep a file in memory");
  return "/proc/self/fd/" + std::to_string(file);
}

/// What a target promises beside ct::error or a result: a broken promise ends the program, as a sanitizer does.
inline void require(bool promise, const char* what) {
  if (promise) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}    // namespace fuzz

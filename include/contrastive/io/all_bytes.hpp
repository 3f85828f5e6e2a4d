// SPDX-License-Identifier: MIT
#pragma once
// A whole file as bytes, as they are.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

namespace contrastive::detail {

inline std::vector<char> all_bytes(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw file_error("cannot open " + quoted(path) + ": " + errno_text(errno));
  std::vector<char> bytes;
  std::size_t got = 0, more = 1;
  while (more > 0) {
    bytes.resize(got + (got > (1 << 20) ? got : std::size_t(1) << 20));
    got += more = std::fread(bytes.data() + got, 1, bytes.size() - got, file.get());
  }
  if (std::ferror(file.get())) throw file_error("cannot read " + quoted(path) + ": " + errno_text(errno));
  bytes.resize(got);
  return bytes;
}

}    // namespace contrastive::detail

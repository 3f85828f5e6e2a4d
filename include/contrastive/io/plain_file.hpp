// SPDX-License-Identifier: MIT
#pragma once
// A file's bytes as they are, piece by piece, so that a reader looks at the first ones before it asks for more.
#include <contrastive/core/error.hpp>
#include <contrastive/io/claimed_size.hpp>
#include <contrastive/io/file_messages.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace contrastive::detail {

/// Reads a file from front to back. Every error is a file_error that names it.
class plain_file {
 public:
  explicit plain_file(const std::filesystem::path& path)
      : path_(path), file_(std::fopen(path.c_str(), "rb"), &std::fclose) {
    if (!file_) throw file_error("cannot open " + quoted(path) + ": " + errno_text(errno));
  }

  /// Puts the next `count` bytes behind those in `to`, or as many as there are, and returns how many. A header may lie:
  /// memory grows with what is there.
  std::uint64_t append(std::vector<char>& to, std::uint64_t count) {
    require_memory(file_.get(), count, path_);
    std::uint64_t got = 0;
    while (got < count) {
      const std::size_t before = to.size(),
                        piece = std::size_t(std::min<std::uint64_t>(count - got, std::max(before, smallest_piece)));
      grow(to, before + piece, path_);
      const std::size_t more = std::fread(to.data() + before, 1, piece, file_.get());
      if (std::ferror(file_.get())) throw file_error("cannot read " + quoted(path_) + ": " + errno_text(errno));
      to.resize(before + more);
      got += more;
      if (more < piece) break;
    }
    return got;
  }
  bool at_end() {
    std::vector<char> next;
    return append(next, 1) == 0;
  }
  [[noreturn]] void fail(const std::string& text) const { throw file_error(quoted(path_) + ": " + text); }

 private:
  static constexpr std::size_t smallest_piece = 1 << 20;
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}    // namespace contrastive::detail

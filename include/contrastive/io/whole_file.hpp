// SPDX-License-Identifier: MIT
#pragma once
// A file that is written whole or not at all: the old one stays until the new one is complete on disk.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <utility>

namespace contrastive {

namespace detail {
/// Writes beside `path` (its name and ".partial"); commit() puts it in place. Without commit() nothing has happened.
/// What goes wrong is a file_error with the path and the system's reason, and leaves the old file as it was.
class whole_file {
 public:
  explicit whole_file(const std::filesystem::path& path) : path_(path), partial_(path.string() + ".partial") {
    file_ = open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file_ < 0) fail("cannot create " + quoted(partial_));
  }
  ~whole_file() { abandon(); }
  whole_file(const whole_file&) = delete;
  whole_file& operator=(const whole_file&) = delete;

  void write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write " + quoted(partial_));
      bytes = bytes.subspan(std::size_t(written));
    }
  }
  /// Waits until the bytes are on disk, then takes the old file's place.
  void commit() {
    if (fsync(file_) != 0) fail("cannot write " + quoted(partial_) + " to disk");
    const int file = std::exchange(file_, -1);
    if (close(file) != 0) fail("cannot close " + quoted(partial_));
    if (std::rename(partial_.c_str(), path_.c_str()) != 0) fail("cannot put it in place");
    committed_ = true;
    sync_folder();
  }

 private:
  [[noreturn]] void fail(const std::string& what) {
    const int reason = errno;
    abandon();
    throw file_error(quoted(path_) + " was not written: " + what + ": " + errno_text(reason));
  }
  void abandon() {
    if (file_ >= 0) close(std::exchange(file_, -1));
    if (!std::exchange(committed_, true)) unlink(partial_.c_str());
  }
  // So that the new name survives a power cut too. Some file systems cannot: then the rename is all there is.
  void sync_folder() const {
    const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
    if (const int f = open(folder.c_str(), O_RDONLY | O_CLOEXEC); f >= 0) {
      fsync(f);
      close(f);
    }
  }

  std::filesystem::path path_, partial_;
  int file_ = -1;
  bool committed_ = false;
};
}    // namespace detail

}    // namespace contrastive

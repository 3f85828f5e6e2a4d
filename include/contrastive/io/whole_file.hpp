// SPDX-License-Identifier: MIT
#pragma once
// A file that is written whole or not at all: the old one stays until the new one is complete on disk.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>
#include <contrastive/io/sync_folder.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace contrastive {

namespace detail {
/// How a file that several may write at a time is called until it is whole: "name.<process>-<number>.partial".
inline constexpr std::string_view partial_ending = ".partial";

/// Writes beside `path`, into a file that no other writer has; commit() puts it in place: of several writers the last
/// one's file is there, whole. Without commit() nothing has happened. Through a link the file behind it is replaced,
/// the mode of an old file stays, and where something else than a file stands nothing is written. What goes wrong is a
/// file_error with the path and the reason, and leaves the old file as it was.
class whole_file {
 public:
  explicit whole_file(const std::filesystem::path& path) : path_(path), target_(path) {
    struct stat old{};
    const bool replaces = stat(path.c_str(), &old) == 0;
    if (replaces && !S_ISREG(old.st_mode)) refuse("what stands there is no regular file, but " + kind_of(old.st_mode));
    follow_links();
    create(replaces ? old.st_mode & 0777 : 0666);
    if (replaces) fchmod(file_, old.st_mode & 0777);    // past the umask; some file systems have no modes
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
    while (fsync(file_) != 0)
      if (errno != EINTR) fail("cannot write " + quoted(partial_) + " to disk");
    const int file = std::exchange(file_, -1);
    if (close(file) != 0 && errno != EINTR)
      fail("cannot close " + quoted(partial_));    // interrupted, it is closed too
    if (std::rename(partial_.c_str(), target_.c_str()) != 0) fail("cannot put it in place");
    partial_.clear();
    sync_folder(target_.parent_path());    // so that the new name survives a power cut too
  }

 private:
  static std::string kind_of(mode_t mode) {
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
  }
  // A rename would replace the link itself.
  void follow_links() {
    constexpr int most = 40;    // as the kernel
    std::error_code none;
    for (int links = 0; std::filesystem::is_symlink(std::filesystem::symlink_status(target_, none)); ++links) {
      if (links == most) errno = ELOOP, fail("cannot follow its links");
      target_ = target_.parent_path() / std::filesystem::read_symlink(target_, none);
      if (none) errno = none.value(), fail("cannot follow its links");
    }
  }
  // O_EXCL: a name that is there, be it another writer's, a crash's or a planted link, is not ours.
  void create(mode_t mode) {
    static std::atomic<unsigned> writers{0};
    constexpr std::size_t longest = 200;    // of the 255 bytes of a name: the rest is for what is added
    const std::string begin = target_.filename().string().substr(0, longest) + "." + std::to_string(getpid()) + "-";
    do {
      partial_ = target_.parent_path() / (begin + std::to_string(++writers) + std::string(partial_ending));
      file_ = open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    } while (file_ < 0 && (errno == EEXIST || errno == EINTR));
    if (file_ < 0) fail("cannot create " + quoted(std::exchange(partial_, {})));
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw file_error(quoted(path_) + " was not written: " + reason);
  }
  [[noreturn]] void fail(const std::string& what) {
    const int reason = errno;
    abandon();
    refuse(what + ": " + errno_text(reason));
  }
  void abandon() {
    if (file_ >= 0) close(std::exchange(file_, -1));
    if (!partial_.empty()) unlink(std::exchange(partial_, {}).c_str());
  }

  std::filesystem::path path_, target_, partial_;    // partial_: empty where there is none of ours
  int file_ = -1;
};
}    // namespace detail

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// A folder that one run at a time writes into.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

namespace contrastive::detail {

/// Keeps every other folder_lock out of a folder, in this process and in others, until it dies or its process does.
/// Where somebody else has the folder, a file_error says `refusal`. A file system that has no locks gives none (NFS has
/// none on folders); there nothing is refused.
class folder_lock {
 public:
  folder_lock(const std::filesystem::path& folder, const std::string& refusal)
      : folder_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_ < 0) throw file_error("cannot open the folder " + quoted(folder) + ": " + errno_text(errno));
    int answer;
    do answer = flock(folder_, LOCK_EX | LOCK_NB);
    while (answer != 0 && errno == EINTR);
    if (answer == 0 || errno != EWOULDBLOCK) return;
    close(folder_);
    throw file_error(quoted(folder) + ": " + refusal);
  }
  ~folder_lock() {
    if (folder_ < 0) return;
    flock(folder_, LOCK_UN);    // a process that was forked meanwhile has the descriptor too
    close(folder_);
  }
  folder_lock(folder_lock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}
  folder_lock& operator=(folder_lock&&) = delete;

 private:
  int folder_;
};

}    // namespace contrastive::detail

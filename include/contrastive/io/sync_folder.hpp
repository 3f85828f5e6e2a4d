// SPDX-License-Identifier: MIT
#pragma once
// Makes the names in a folder survive a power cut.
#include <contrastive/core/compiler.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace contrastive::detail {

/// Waits until the folder's list of names is on disk ("" is the working folder). Some file systems cannot: then nothing
/// is said.
inline void sync_folder(const std::filesystem::path& folder) {
  const int file = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  while (fsync(file) != 0 && errno == EINTR) {}
  close(file);
}

}    // namespace contrastive::detail

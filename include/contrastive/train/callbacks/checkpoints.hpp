// SPDX-License-Identifier: MIT
#pragma once
// The callback that saves the whole state of a run, and from which a run goes on as if it had never stopped.
#include <contrastive/core/error.hpp>
#include <contrastive/io/folder_lock.hpp>
#include <contrastive/io/whole_file.hpp>
#include <contrastive/train/callbacks/callback.hpp>

#include <filesystem>

namespace contrastive {

/// Saves after every epoch, and when the run is stopped, into folder/last.checkpoint; a run that finds that file goes
/// on from it. The file is written whole or not at all. While a run writes there, no other one may.
///
///     model.fit(data, {.epochs = 100}, ct::checkpoints{"run"}, ct::stop_on_interrupt{});
///
/// Throws file_error where the folder cannot be made or written or another run has it, and argument_error where the
/// file belongs to a run with other settings.
class checkpoints {
 public:
  static constexpr bool keeps_run = true;

  explicit checkpoints(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Makes the folder. The run keeps what this returns from before it looks for a file until it ends.
  detail::folder_lock hold() const {
    make_folder();
    detail::folder_lock lock(folder_, "run: another run writes its checkpoints here; choose another folder");
    remove_torn();
    return lock;
  }
  void on_start(const run_info&) { make_folder(); }    // where it is called without hold()
  std::filesystem::path file() const { return folder_ / "last.checkpoint"; }

 private:
  void make_folder() const {
    std::error_code failure, none;
    const bool made = std::filesystem::create_directories(folder_, failure);
    if (failure)
      throw file_error(detail::quoted(folder_) + ": cannot make this folder for checkpoints: " + failure.message());
    if (made)
      for (auto f = std::filesystem::absolute(folder_, none); f.has_relative_path(); f = f.parent_path())
        detail::sync_folder(f.parent_path());
  }
  // What runs left that were killed while they wrote; only who holds the folder may.
  void remove_torn() const {
    std::error_code none, kept;
    for (std::filesystem::directory_iterator next(folder_, none), end; !none && next != end; next.increment(none)) {
      const std::string name = next->path().filename().string();
      if (name.starts_with("last.checkpoint.") && name.ends_with(detail::partial_ending))
        std::filesystem::remove(next->path(), kept);
    }
  }

  std::filesystem::path folder_;
};

}    // namespace contrastive

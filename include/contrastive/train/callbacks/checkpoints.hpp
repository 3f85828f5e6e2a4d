// SPDX-License-Identifier: MIT
#pragma once
// The callback that saves the whole state of a run, and from which a run goes on as if it had never stopped.
#include <contrastive/core/error.hpp>
#include <contrastive/train/callbacks/callback.hpp>

#include <filesystem>

namespace contrastive {

/// Saves after every epoch, and when the run is stopped, into folder/last.checkpoint; a run that finds that file goes
/// on from it. The file is written whole or not at all.
///
///     model.fit(data, {.epochs = 100}, ct::checkpoints{"run"}, ct::stop_on_interrupt{});
///
/// Throws file_error where the folder cannot be made or written, and argument_error where the file belongs to a run
/// with other settings.
class checkpoints {
 public:
  static constexpr bool keeps_run = true;

  explicit checkpoints(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void on_start(const run_info&) {
    std::error_code failure;
    std::filesystem::create_directories(folder_, failure);
    if (failure) throw file_error(folder_.string() + ": cannot make this folder for checkpoints: " + failure.message());
  }
  std::filesystem::path file() const { return folder_ / "last.checkpoint"; }

 private:
  std::filesystem::path folder_;
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// What a network goes back to when a loss is not finite: its weights before the last update, its statistics before a
// step.
#include <contrastive/method/parts.hpp>

#include <optional>
#include <utility>

namespace contrastive::detail {

/// Copies of a part's weights and statistics, as they were good.
template <class Device, class Params, class State>
class last_good {
 public:
  explicit last_good(Device& device) : device_(device), parameters_(device, 0), statistics_(device, 0) {}

  /// Before an update in that step.
  void keep_parameters(int step, memory<Device, Params>& now) {
    copy_whole(device_, parameters_, now);
    updated_in_ = step;
  }
  /// Before the forward passes of that step, which move statistics; the first call counts.
  void keep_statistics(int step, memory<Device, State>& now) {
    if (std::exchange(step_, step) != step) copy_whole(device_, statistics_, now);
  }
  bool updated_in(int step) const { return updated_in_ == step; }
  /// As before the forward passes of `step`, and without the update of step `update`.
  void restore(int step, int update, memory<Device, Params>& parameters, memory<Device, State>& statistics) {
    if (updated_in(update)) copy_whole(device_, parameters, parameters_);
    if (step_ == step) copy_whole(device_, statistics, statistics_);
  }

 private:
  Device& device_;
  memory<Device, Params> parameters_;
  memory<Device, State> statistics_;
  std::optional<int> updated_in_;
  int step_ = -1;
};

}    // namespace contrastive::detail

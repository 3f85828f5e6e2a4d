// SPDX-License-Identifier: MIT
#pragma once
// A number of a method that moves over its run: a momentum, a temperature, a decay.
#include <contrastive/core/error.hpp>

#include <cmath>
#include <numbers>
#include <string>

namespace contrastive {

/// One number all the time, or half a cosine from the first to the last (the momentum in Grill et al. 2020).
///
///     struct config {
///       scheduled momentum{0.99, 1};    // a person writes {.momentum = 0.95} or {.momentum = {0.9, 1}}
///       static constexpr void members(auto&& f, auto&... c) { f("momentum", c.momentum...); }
///     };
struct scheduled {
  double first, last;

  constexpr scheduled(double always) : first(always), last(always) {}
  constexpr scheduled(double at_first, double at_last) : first(at_first), last(at_last) {}
  static constexpr void members(auto&& f, auto&... s) { f("first", s.first...), f("last", s.last...); }

  /// `progress` is the share of the run that is over. Throws argument_error where it is none.
  double at(double progress) const {
    if (!(progress >= 0 && progress <= 1))
      throw argument_error("the progress of a run is a share between 0 and 1, not " + std::to_string(progress));
    return last + (first - last) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
  }
};

}    // namespace contrastive

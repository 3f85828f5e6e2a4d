// SPDX-License-Identifier: MIT
#pragma once
// A closed interval, written {from, to}.
#include <contrastive/core/compiler.hpp>

namespace contrastive {

/// From one number to another; both belong to it.
struct interval {
  double from = 0, to = 1;
  static constexpr void members(auto&& f, auto&... i) {
    f("from", i.from...);
    f("to", i.to...);
  }
  bool operator==(const interval&) const = default;
};

}    // namespace contrastive

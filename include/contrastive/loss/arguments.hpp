// SPDX-License-Identifier: MIT
#pragma once
// What losses are called with, and what they refuse of it.
#include <contrastive/core/error.hpp>

#include <cmath>
#include <string>

namespace contrastive {

/// Which anchors a mean is taken over; those without positives count 0.
enum class anchors { with_positives, all };

/// Labels for a loss that looks at none.
struct no_labels {};

namespace detail {
inline void require_temperature(double temperature) {
  if (!(temperature > 0) || std::isinf(temperature))
    throw argument_error("a loss's temperature must be a number above 0; it is " + std::to_string(temperature));
}
inline void require_views(int rows, int views, bool labels) {
  if (rows < 2) throw argument_error("a pair loss needs at least 2 rows; this batch has " + std::to_string(rows));
  if (views < 1 || rows % views != 0)
    throw argument_error("a batch of " + std::to_string(rows) + " rows cannot be " + std::to_string(views) +
                         " views of each sample");
  if (views < 2 && !labels)
    throw argument_error("this loss pairs the views of a sample: it needs at least 2 of them, and has " +
                         std::to_string(views));
}
}    // namespace detail

}    // namespace contrastive

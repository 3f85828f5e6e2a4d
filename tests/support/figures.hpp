// SPDX-License-Identifier: MIT
#pragma once
// Figures of a report against others.
#include <contrastive/loss/figures.hpp>

#include "support/tolerance.hpp"

/// The largest difference of two lists; infinite where their names or the order of these differ.
inline double figure_difference(const contrastive::figure_list& a, const contrastive::figure_list& b) {
  std::vector<double> left, right;
  for (const auto& f : a) left.push_back(f.value);
  for (const auto& f : b) right.push_back(f.value);
  return a.names() == b.names() ? max_abs_difference(left, right) : std::numeric_limits<double>::infinity();
}

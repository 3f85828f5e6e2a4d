// SPDX-License-Identifier: MIT
#pragma once
// Sums of products of all pairs of features, in double.
#include <contrastive/evaluate/row_block.hpp>

#include <algorithm>

namespace contrastive::detail {

/// Σ_r x(r, i) · x(r, j): (features, features)
std::vector<double> sum_of_products(std::size_t features, std::size_t rows, auto&& x) {
  const std::size_t padded = (features + row_block::lanes - 1) / row_block::lanes * row_block::lanes;
  std::vector<double> sum(features * padded), some(row_block::rows * padded);    // (features, padded), (4, padded)
  row_block block(features, padded);
  for (std::size_t first = 0; first < rows; first += row_block::rows) {
    const auto value = [&](std::size_t r, std::size_t k) { return first + r < rows ? x(first + r, k) : 0.; };
    for (std::size_t r = 0; r < row_block::rows; ++r)
      for (std::size_t k = 0; k < features; ++k) some[r * padded + k] = value(r, k);
    block.load(value);
    block.transposed_times(some.data(), sum.data());
  }
  for (std::size_t i = 0; i < features; ++i) std::copy_n(sum.data() + i * padded, features, sum.data() + i * features);
  return sum;
}

}    // namespace contrastive::detail

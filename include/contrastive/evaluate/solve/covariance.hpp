// SPDX-License-Identifier: MIT
#pragma once
// Sums of products of all pairs of features, in double.
#include <contrastive/evaluate/solve/row_block.hpp>

namespace contrastive::detail {

/// Σ_r x(r, i) · x(r, j): (features, features). `load(r, to)` writes the features of row r.
std::vector<double> sum_of_products(std::size_t features, std::size_t rows, auto&& load) {
  const std::size_t padded = padded_to_lanes(features);
  std::vector<double> sum(features * padded);
  row_block block(128, features);
  for (std::size_t first = 0; first < rows; first += block.rows()) {
    const std::size_t count = std::min(block.rows(), rows - first);
    for (std::size_t r = 0; r < count; ++r) load(first + r, block.row(r));
    block.add_products(count, sum.data());
  }
  std::vector<double> whole(features * features);
  for (std::size_t i = 0; i < features; ++i)
    for (std::size_t j = 0; j <= i; ++j) whole[i * features + j] = whole[j * features + i] = sum[i * padded + j];
  return whole;
}

}    // namespace contrastive::detail

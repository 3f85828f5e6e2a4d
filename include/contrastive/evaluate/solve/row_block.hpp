// SPDX-License-Identifier: MIT
#pragma once
// Products of a few rows with a tall matrix, in double.
#include <contrastive/backend/cpu/kernels/double_gemm.hpp>

#include <span>
#include <vector>

namespace contrastive::detail {

/// The next multiple of `double_lanes`: how many columns a matrix in double has in memory.
constexpr std::size_t padded_to_lanes(std::size_t n) {
  return (n + on_cpu::double_lanes - 1) / on_cpu::double_lanes * on_cpu::double_lanes;
}

/// Some rows of features in double. What they are multiplied with lies (features, padded).
class row_block {
 public:
  row_block(std::size_t rows, std::size_t features)
      : rows_(rows),
        features_(features),
        stride_(padded_to_lanes(features) + 2 * on_cpu::double_lanes),
        x_(rows * stride_) {}

  std::size_t rows() const { return rows_; }
  std::span<double> row(std::size_t r) { return {x_.data() + r * stride_, features_}; }

  /// logits (count, padded) += x · weights, of the first `count` rows
  void times(const double* weights, std::size_t padded, std::size_t count, double* logits) const {
    kernels_.multiply({count, padded, features_, x_.data(), stride_, 1, weights, padded, logits, padded});
  }
  /// gradient (features, padded) += xᵀ · errors (count, padded)
  void transposed_times(const double* errors, std::size_t padded, std::size_t count, double* gradient) const {
    kernels_.multiply({features_, padded, count, x_.data(), 1, stride_, errors, padded, gradient, padded});
  }
  /// sum (features, padded features) += xᵀ · x of `count` rows, where the column is not far right of the diagonal
  void add_products(std::size_t count, double* sum) const {
    constexpr std::size_t strip = 32;
    const std::size_t padded = padded_to_lanes(features_);
    for (std::size_t i = 0; i < features_; i += strip)
      kernels_.multiply({std::min(strip, features_ - i), std::min(padded, i + strip), count, x_.data() + i, 1, stride_,
                         x_.data(), stride_, sum + i * padded, padded});
  }

 private:
  const on_cpu::double_kernels& kernels_ = on_cpu::double_kernels_for(on_cpu::usable_isa());
  std::size_t rows_, features_, stride_;    // rows never lie a power of two apart, which a cache would not like
  std::vector<double> x_;                   // (rows, stride), zero behind the features
};

}    // namespace contrastive::detail

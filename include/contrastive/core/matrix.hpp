// SPDX-License-Identifier: MIT
#pragma once
// A matrix of float on the host, row-major: what embed() returns.
#include <contrastive/core/compiler.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace contrastive {

/// rows × columns numbers that it owns. Indices are not checked.
class matrix {
 public:
  matrix() = default;
  matrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), values_(rows * columns) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  float* data() { return values_.data(); }
  const float* data() const { return values_.data(); }

  float& operator()(std::size_t row, std::size_t column) { return values_[row * columns_ + column]; }
  float operator()(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }
  std::span<float> row(std::size_t r) { return {data() + r * columns_, columns_}; }
  std::span<const float> row(std::size_t r) const { return {data() + r * columns_, columns_}; }

  bool operator==(const matrix&) const = default;

 private:
  std::size_t rows_ = 0, columns_ = 0;
  std::vector<float> values_;
};

}    // namespace contrastive

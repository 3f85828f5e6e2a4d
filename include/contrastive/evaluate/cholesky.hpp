// SPDX-License-Identifier: MIT
#pragma once
// Systems with a positive definite matrix, for many right sides at once, in double.
#include <contrastive/evaluate/row_block.hpp>

#include <cmath>

namespace contrastive::detail {

/// A = L·Lᵀ, of which the lower triangle of A is read.
class cholesky {
 public:
  using packet = row_block::packet;
  static constexpr std::size_t lanes = row_block::lanes;

  cholesky() = default;
  /// a: (n, n)
  cholesky(std::vector<double> a, std::size_t n) : n_(n), l_(std::move(a)) {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        const double rest = l_[i * n + j] - dot(&l_[i * n], &l_[j * n], j);
        l_[i * n + j] = i == j ? std::sqrt(rest) : rest / l_[j * n + j];
      }
  }
  /// v = A⁻¹ v, v: (n, columns), columns being a multiple of four.
  void solve(double* v, std::size_t columns) const {
    for (std::size_t c = 0; c < columns; c += lanes) forward(v + c, columns), backward(v + c, columns);
  }

 private:
  static auto& at(auto* p) { return row_block::at(p); }

  static double dot(const double* a, const double* b, std::size_t count) {
    packet s{}, t{};
    std::size_t i = 0;
    for (; i + 2 * lanes <= count; i += 2 * lanes)
      s += at(a + i).numbers * at(b + i).numbers, t += at(a + i + lanes).numbers * at(b + i + lanes).numbers;
    s += t;
    double sum = (s[0] + s[1]) + (s[2] + s[3]);
    for (; i < count; ++i) sum += a[i] * b[i];
    return sum;
  }
  void forward(double* v, std::size_t stride) const {
    for (std::size_t i = 0; i < n_; ++i) {
      const double* row = &l_[i * n_];
      packet s{}, t{};
      std::size_t j = 0;
      for (; j + 2 <= i; j += 2)
        s += row[j] * at(v + j * stride).numbers, t += row[j + 1] * at(v + (j + 1) * stride).numbers;
      if (j < i) s += row[j] * at(v + j * stride).numbers;
      at(v + i * stride).numbers = (at(v + i * stride).numbers - (s + t)) / row[i];
    }
  }
  void backward(double* v, std::size_t stride) const {
    for (std::size_t i = n_; i-- > 0;) {
      const double* row = &l_[i * n_];
      const packet x = at(v + i * stride).numbers /= row[i];
      for (std::size_t j = 0; j < i; ++j) at(v + j * stride).numbers -= row[j] * x;
    }
  }
  std::size_t n_ = 0;
  std::vector<double> l_;
};

}    // namespace contrastive::detail

// SPDX-License-Identifier: MIT
#pragma once
// Systems with a positive definite matrix, for many right sides at once, in double.
#include <contrastive/evaluate/solve/row_block.hpp>

#include <array>
#include <cmath>

namespace contrastive::detail {

/// A = L·Lᵀ, of which the lower triangle of A is read, by blocks: all but the blocks on the diagonal are products.
class cholesky {
 public:
  cholesky() = default;
  /// a: (n, n)
  cholesky(const std::vector<double>& a, std::size_t n)
      : n_(n),
        padded_((n + side - 1) / side * side),
        l_(padded_ * padded_),
        inverse_(padded_ * side),
        transposed_(padded_ * side) {
    for (std::size_t i = 0; i < padded_; ++i)    // what pads is the identity
      for (std::size_t j = 0; j <= i; ++j) l_[i * padded_ + j] = i < n ? a[i * n + j] : double(i == j);
    for (std::size_t i = 0; i < padded_; i += side) {
      for (std::size_t j = 0; j < i; j += side) below(i, j);
      on_diagonal(i);
    }
  }
  /// v = A⁻¹ v, v: (n, columns), columns being a multiple of four.
  void solve(double* v, std::size_t columns) const {
    std::vector<double> w(padded_ * columns), rest(side * columns);
    std::copy_n(v, n_ * columns, w.begin());
    const auto divide = [&](std::size_t i, const std::vector<double>& by) {    // w_i = by_i · (w_i − rest)
      double* to = &w[i * columns];
      for (std::size_t k = 0; k < rest.size(); ++k) rest[k] = to[k] - rest[k], to[k] = 0;
      multiply(side, columns, side, &by[i * side], side, rest.data(), columns, to, columns);
      std::fill(rest.begin(), rest.end(), 0.);
    };
    for (std::size_t i = 0; i < padded_; i += side) {
      multiply(side, columns, i, at(i, 0), padded_, w.data(), columns, rest.data(), columns);
      divide(i, inverse_);
    }
    for (std::size_t i = padded_; i > 0;) {
      const std::size_t after = i;
      i -= side;
      if (after < padded_)
        multiply(side, columns, padded_ - after, at(i, after), padded_, &w[after * columns], columns, rest.data(),
                 columns);
      divide(i, transposed_);
    }
    std::copy_n(w.begin(), n_ * columns, v);
  }

 private:
  static constexpr std::size_t side = 32;    // of a block
  using block = std::array<double, side * side>;

  const double* at(std::size_t i, std::size_t j) const { return l_.data() + i * padded_ + j; }
  void multiply(std::size_t m, std::size_t n, std::size_t depth, const double* a, std::size_t a_row, const double* b,
                std::size_t b_row, double* c, std::size_t c_row) const {
    kernels_->multiply({m, n, depth, a, a_row, 1, b, b_row, c, c_row});
  }
  /// A_ij − Σ_k<j L_ik·L_jkᵀ
  block rest_of(std::size_t i, std::size_t j) const {
    block rest{};
    multiply(side, side, j, at(i, 0), padded_, at(0, j), padded_, rest.data(), side);
    for (std::size_t r = 0; r < side; ++r)
      for (std::size_t c = 0; c < side; ++c) rest[r * side + c] = at(i + r, j)[c] - rest[r * side + c];
    return rest;
  }
  void below(std::size_t i, std::size_t j) {
    const block rest = rest_of(i, j);
    block l{};    // L_ij = rest · L_jj⁻ᵀ
    multiply(side, side, side, rest.data(), side, &transposed_[j * side], side, l.data(), side);
    for (std::size_t r = 0; r < side; ++r)
      for (std::size_t c = 0; c < side; ++c)
        l_[(i + r) * padded_ + j + c] = l_[(j + c) * padded_ + i + r] = l[r * side + c];
  }
  /// Both triangles of the inverse of L_ii.
  void on_diagonal(std::size_t i) {
    block l = rest_of(i, i);
    for (std::size_t r = 0; r < side; ++r)
      for (std::size_t c = 0; c <= r; ++c) {
        double rest = l[r * side + c];
        for (std::size_t k = 0; k < c; ++k) rest -= l[r * side + k] * l[c * side + k];
        l[r * side + c] = r == c ? std::sqrt(rest) : rest / l[c * side + c];
      }
    for (std::size_t c = 0; c < side; ++c)
      for (std::size_t r = c; r < side; ++r) {
        double rest = r == c;
        for (std::size_t k = c; k < r; ++k) rest -= l[r * side + k] * inverse_[(i + k) * side + c];
        inverse_[(i + r) * side + c] = transposed_[(i + c) * side + r] = rest / l[r * side + r];
      }
  }

  const on_cpu::double_kernels* kernels_ = &on_cpu::double_kernels_for(on_cpu::usable_isa());
  std::size_t n_ = 0, padded_ = 0;
  std::vector<double> l_;                       // L below the blocks on the diagonal, Lᵀ above them
  std::vector<double> inverse_, transposed_;    // (padded, side): L_ii⁻¹ and its transpose
};

}    // namespace contrastive::detail

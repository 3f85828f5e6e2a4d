// SPDX-License-Identifier: MIT
#pragma once
// Eigenvalues of a symmetric matrix, and of the covariance of rows: Householder's tridiagonal form, then QL, in double.
#include <contrastive/core/exactly.hpp>
#include <contrastive/core/matrix.hpp>
#include <contrastive/evaluate/solve/covariance.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace contrastive::detail {

/// Makes a symmetric matrix (n, n) tridiagonal (Golub & Van Loan 2013, algorithm 8.3.1). `off[i]` lies below
/// `diagonal[i]`.
inline void tridiagonalize(std::vector<double>& a, std::size_t n, std::vector<double>& diagonal,
                           std::vector<double>& off) {
  diagonal.assign(n, 0), off.assign(n, 0);
  std::vector<double> v(n), p(n);
  for (std::size_t k = 0; k + 2 < n; ++k) {
    double squares = 0;
    for (std::size_t i = k + 1; i < n; ++i) v[i] = a[i * n + k], squares += v[i] * v[i];
    const double norm = std::sqrt(squares), alpha = v[k + 1] > 0 ? -norm : norm;
    off[k] = alpha;
    const double vv = 2 * (squares - alpha * v[k + 1]);    // of v − α·e
    v[k + 1] -= alpha;
    if (!(vv > 0)) continue;
    double vp = 0;
    for (std::size_t i = k + 1; i < n; ++i) {
      p[i] = 2 / vv *
             std::inner_product(a.begin() + std::ptrdiff_t(i * n + k + 1), a.begin() + std::ptrdiff_t((i + 1) * n),
                                v.begin() + std::ptrdiff_t(k + 1), 0.);
      vp += v[i] * p[i];
    }
    for (std::size_t i = k + 1; i < n; ++i) p[i] -= vp / vv * v[i];
    for (std::size_t i = k + 1; i < n; ++i)    // A −= v wᵀ + w vᵀ
      for (std::size_t j = k + 1; j < n; ++j) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
  }
  for (std::size_t i = 0; i < n; ++i) diagonal[i] = a[i * n + i];
  if (n > 1) off[n - 2] = a[(n - 1) * n + n - 2];
}

/// The eigenvalues of a tridiagonal matrix, in no order: implicit QL with Wilkinson's shifts.
inline void tridiagonal_eigenvalues(std::vector<double>& d, std::vector<double>& e) {
  const std::size_t n = d.size();
  for (std::size_t l = 0; l < n; ++l)
    for (int round = 0; round < 60; ++round) {
      std::size_t m = l;
      const auto is_small = [&](std::size_t i) {
        return std::abs(e[i]) <= std::numeric_limits<double>::epsilon() * (std::abs(d[i]) + std::abs(d[i + 1]));
      };
      while (m + 1 < n && !is_small(m)) ++m;
      if (m == l) break;
      double g = (d[l + 1] - d[l]) / (2 * e[l]), r = std::hypot(g, 1.);
      g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));
      double s = 1, c = 1, p = 0;
      std::size_t i = m;
      while (i-- > l) {
        const double f = s * e[i], b = c * e[i];
        e[i + 1] = r = std::hypot(f, g);
        if (detail::is_exactly(r, 0.)) break;
        s = f / r, c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        d[i + 1] = g + (p = s * r);
        g = c * r - b;
      }
      if (detail::is_exactly(r, 0.) && i + 1 > l + 1) {
        d[i + 1] -= p, e[m] = 0;
        continue;
      }
      d[l] -= p, e[l] = g, e[m] = 0;
    }
}

/// The eigenvalues of Σ (x_i − mean)(x_i − mean)ᵀ, in no order: the squares of the centered rows' singular values.
inline std::vector<double> covariance_spectrum(const matrix& x) {
  const std::size_t n = x.columns();
  std::vector<double> mean(n), diagonal, off;
  for (std::size_t r = 0; r < x.rows(); ++r)
    for (std::size_t c = 0; c < n; ++c) mean[c] += double(x(r, c));
  for (double& m : mean) m /= double(x.rows());
  auto sum = sum_of_products(n, x.rows(), [&](std::size_t r, std::span<double> to) {
    for (std::size_t c = 0; c < n; ++c) to[c] = double(x(r, c)) - mean[c];
  });
  tridiagonalize(sum, n, diagonal, off);
  tridiagonal_eigenvalues(diagonal, off);
  return diagonal;
}

}    // namespace contrastive::detail

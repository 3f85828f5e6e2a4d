// SPDX-License-Identifier: MIT
#pragma once
// t-SimCNE as its definition reads, in double.
#include <contrastive/testing/loss_laws.hpp>

#include <cmath>
#include <vector>

/// Value and gradient of the rows z (n, d).
inline contrastive::testing::judged defined_t_simcne(const std::vector<double>& z, std::size_t d, int views) {
  const std::size_t n = z.size() / d, samples = n / std::size_t(views);
  contrastive::testing::judged all{{}, std::vector<double>(z.size(), 0.)};
  const auto nearness = [&](std::size_t i, std::size_t j) {
    double square = 0;
    for (std::size_t k = 0; k < d; ++k) square += (z[i * d + k] - z[j * d + k]) * (z[i * d + k] - z[j * d + k]);
    return 1 / (1 + square);
  };
  for (std::size_t i = 0; i < n; ++i) {
    double total = 0;
    for (std::size_t j = 0; j < n; ++j) total += i == j ? 0 : nearness(i, j);
    all.report.value += std::log(total) / double(n);
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      const double s = nearness(i, j), share = i % samples == j % samples ? 1. / (views - 1) : 0;
      all.report.value -= share * std::log(s) / double(n);
      for (std::size_t k = 0; k < d; ++k) {    // ∂ log s / ∂z_i = −2 s (z_i − z_j)
        const double slope = (s / total - share) * -2 * s * (z[i * d + k] - z[j * d + k]) / double(n);
        all.gradient[i * d + k] += slope;
        all.gradient[j * d + k] -= slope;
      }
    }
  }
  return all;
}

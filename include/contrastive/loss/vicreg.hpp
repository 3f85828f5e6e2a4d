// SPDX-License-Identifier: MIT
#pragma once
// VICReg: views alike, every feature varied, no two features correlated.
#include <contrastive/loss/feature_matrix.hpp>

namespace contrastive {

/// λ·mean (a − b)² + μ·½Σ_v mean_j max(0, γ − √(Var_j + ε)) + ν·Σ_v Σ_{i≠j} Cov_ij² / d  (Bardes et al. 2022, eq. 6,
/// as its code: the ½ is there, the mean square is over rows and features, variances and covariances are divided by
/// n − 1).
///
/// Two views of at least two samples, two features or more, as the network makes them (no normalization). Memory beside
/// the rows: d². The figures `invariance`, `variance` and `covariance`, with their factors, add up to the loss; a
/// covariance near 0 beside a variance near μ·γ is a collapse. Where all rows coincide the value is μ·(γ − √ε).
struct vicreg {
  struct config {
    double invariance = 25, variance = 25, covariance = 1;    // λ, μ, ν
    double deviation = 1, epsilon = 1e-4;                     // γ, ε
    static constexpr void members(auto&& f, auto&... c) {
      f("invariance", c.invariance...), f("variance", c.variance...), f("covariance", c.covariance...);
      f("deviation", c.deviation...), f("epsilon", c.epsilon...);
    }
  };
  using prepare = sequential<>;
  static constexpr bool needs_labels = false;
  static constexpr int views_needed = 2;
  static constexpr int capacity(int rows) { return rows; }
  enum figure { alike, varied, varied_of_other, apart, apart_of_other, figures };

  template <class B, int D>
  struct memory {
    template <int Size>
    using numbers = parameter<B, per_channel<Size>, role::running_mean>;
    tensor<B, features<D>> centered;        // (n, d) both views with mean 0
    chunk<B, features<D>, D> covariance;    // (d, d) without its diagonal
    numbers<D> mean, deviation;             // (d) of a view
    numbers<figures> report;
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto&, int views, auto& dz) {
    constexpr int D = shape_of<decltype(z)>::channels;
    [[maybe_unused]] constexpr bool asserted = detail::decorrelates_features<D>::value;
    detail::require_two_views("vicreg", z.rows, views);
    const int n = z.rows / 2;
    detail::require_samples("vicreg", n);
    require_settings(c);
    const auto a = detail::view_of(z, 0, n), b = detail::view_of(z, 1, n);    // (n, d)
    const double share = c.invariance / (double(n) * D);
    reduce<fold::sum>(ctx, number(m, alike), square(a - b) * share);
    if constexpr (wanted<decltype(dz)>) {
      map(ctx, detail::view_of(dz, 0, n), (a - b) * (2 * share));
      map(ctx, detail::view_of(dz, 1, n), (b - a) * (2 * share));
    }
    for (int v = 0; v < 2; ++v) spread(ctx, c, m, z, v, dz);
  }

  template <class B, int D>
  static loss_report read(B& device, const config& c, memory<B, D>& m, int) {
    std::array<typename B::element, figures> r;
    device.download(r.data(), m.report.data, figures);
    const double invariance = double(r[alike]), variance = double(r[varied]) + double(r[varied_of_other]),
                 covariance = double(r[apart]) + double(r[apart_of_other]);
    return {.value = invariance + variance + covariance,
            .chance_level = c.variance * std::max(0., c.deviation - std::sqrt(c.epsilon)),
            .figures = {{"invariance", invariance}, {"variance", variance}, {"covariance", covariance}}};
  }

 private:
  static auto number(auto& m, int k) { return operand<decltype(m.report.data), false, 1, 1, 1>{m.report.data + k, 1}; }
  static void require_settings(const config& c) {
    detail::require_weight("vicreg's invariance", c.invariance);
    detail::require_weight("vicreg's variance", c.variance);
    detail::require_weight("vicreg's covariance", c.covariance);
    detail::require_weight("vicreg's deviation", c.deviation);
    detail::require_weight("vicreg's epsilon", c.epsilon, true);    // a feature that never varies has a slope too
  }
  /// Variance and covariance of view v; their gradient is added to dz.
  static void spread(auto& ctx, const config& c, auto& m, const auto& z, int v, auto& dz) {
    constexpr int D = shape_of<decltype(z)>::channels;
    const int n = z.rows / 2;
    const double share = 1. / (n - 1);
    const auto x = detail::view_of(m.centered, v, n);                       // (n, d)
    reduce<fold::sum>(ctx, m.mean, detail::view_of(z, v, n) * (1. / n));    // (d)
    map(ctx, x, detail::view_of(z, v, n) - m.mean);
    reduce<fold::sum>(ctx, m.deviation, square(expression_of(x)) * share);
    map(ctx, m.deviation, sqrt(m.deviation + c.epsilon));
    reduce<fold::sum>(ctx, number(m, varied + v), maximum(c.deviation - m.deviation, 0) * (0.5 * c.variance / D));
    detail::product_of_features(ctx, m.covariance, x, x, share);
    const auto covariance = m.covariance.first(D);    // (d, d)
    reduce<fold::sum>(ctx, number(m, apart + v), square(expression_of(covariance)) * (c.covariance / D));
    if constexpr (wanted<decltype(dz)>) {    // a gradient whose mean over the rows is 0: it passes the mean unchanged
      const auto dx = detail::view_of(dz, v, n);
      gemm(ctx, by_row(dx), by_row(x), by_row(covariance), 4 * c.covariance * share / D, 1);    // (n, d)
      map(ctx, dx, dx - where_greater(c.deviation, m.deviation, x * (0.5 * c.variance * share / D) / m.deviation));
    }
  }
};

}    // namespace contrastive

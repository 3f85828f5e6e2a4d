// SPDX-License-Identifier: MIT
#pragma once
// Barlow Twins: the correlations of two views' features become the identity.
#include <contrastive/loss/feature_matrix.hpp>

namespace contrastive {

/// Σ_i (C_ii − 1)² + λ Σ_{i≠j} C_ij²,  C = Â₁ᵀ·Â₂ / n  (Zbontar et al. 2021, eq. 1). Â_v (n, d) is view v with mean
/// 0 and deviation 1 over the batch, a deviation being √(variance + ε) and the variance divided by n, as
/// batch-norm's.
///
/// Two views of at least two samples, two features or more, as the network makes them (no normalization). Memory beside
/// the rows: d². The figures `invariance` and `redundancy` (with its λ) add up to the loss. Where all rows coincide the
/// value is d, and nearly that where the views have nothing to do with each other.
struct barlow_twins {
  struct config {
    double lambda = 0.0051;    // λ
    double epsilon = 1e-5;     // ε
    static constexpr void members(auto&& f, auto&... c) { f("lambda", c.lambda...), f("epsilon", c.epsilon...); }
  };
  using prepare = sequential<>;
  static constexpr bool needs_labels = false;
  static constexpr int views_needed = 2;
  static constexpr int capacity(int rows) { return rows; }
  enum figure { invariance, redundancy, figures };

  template <class B, int D>
  struct memory {
    template <int Size>
    using numbers = parameter<B, per_channel<Size>, role::running_mean>;
    tensor<B, features<D>> unit, d_unit;     // (n, d) Â of both views; its gradient
    chunk<B, features<D>, D> correlation;    // (d, d) C without its diagonal
    numbers<D> mean, rstd, rstd_of_other, diagonal, bias,
        along;    // (d) of a view; C_ii − 1; means of d_unit, d_unit·unit
    numbers<figures> report;
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto&, int views, auto& dz) {
    constexpr int D = shape_of<decltype(z)>::channels;
    [[maybe_unused]] constexpr bool asserted = detail::decorrelates_features<D>::value;
    detail::require_two_views("barlow_twins", z.rows, views);
    const int n = z.rows / 2;
    detail::require_samples("barlow_twins", n);
    detail::require_weight("barlow_twins' lambda", c.lambda);
    detail::require_weight("barlow_twins' epsilon", c.epsilon);
    const double share = 1. / n;
    const auto number = [&](figure k) {
      return operand<decltype(m.report.data), false, 1, 1, 1>{m.report.data + k, 1};
    };
    const auto rstd = [&](int v) { return v == 0 ? m.rstd : m.rstd_of_other; };

    for (int v = 0; v < 2; ++v) {
      const auto x = detail::view_of(z, v, n);
      reduce<fold::sum>(ctx, m.mean, x * share);    // (d)
      reduce<fold::sum>(ctx, rstd(v), square(x - m.mean) * share);
      map(ctx, rstd(v), rsqrt(rstd(v) + c.epsilon));
      map(ctx, detail::view_of(m.unit, v, n), (x - m.mean) * rstd(v));    // (n, d)
    }
    const auto a = detail::view_of(m.unit, 0, n), b = detail::view_of(m.unit, 1, n);
    reduce<fold::sum>(ctx, m.diagonal, a * b * share);    // (d)
    map(ctx, m.diagonal, m.diagonal - 1);
    detail::product_of_features(ctx, m.correlation, a, b, share);    // (d, d)
    const auto correlation = m.correlation.first(D);
    reduce<fold::sum>(ctx, number(invariance), square(expression_of(m.diagonal)));
    reduce<fold::sum>(ctx, number(redundancy), square(expression_of(correlation)) * c.lambda);

    if constexpr (wanted<decltype(dz)>) {
      const auto da = detail::view_of(m.d_unit, 0, n), db = detail::view_of(m.d_unit, 1, n);
      const double of_pairs = 2 * c.lambda * share;
      map(ctx, da, b * m.diagonal * (2 * share));
      map(ctx, db, a * m.diagonal * (2 * share));
      gemm(ctx, by_row(da), by_row(b), transpose(by_row(correlation)), of_pairs, 1);    // (n, d)
      gemm(ctx, by_row(db), by_row(a), by_row(correlation), of_pairs, 1);
      for (int v = 0; v < 2; ++v) {    // as batch-norm goes back
        const auto u = detail::view_of(m.unit, v, n), du = detail::view_of(m.d_unit, v, n);
        reduce<fold::sum>(ctx, m.bias, du * share);    // (d)
        reduce<fold::sum>(ctx, m.along, du * u * share);
        map(ctx, detail::view_of(dz, v, n), (du - m.bias - u * m.along) * rstd(v));
      }
    }
  }

  template <class B, int D>
  static loss_report read(B& device, const config&, memory<B, D>& m, int) {
    std::array<typename B::element, figures> r;
    device.download(r.data(), m.report.data, figures);
    const double alike = double(r[invariance]), apart = double(r[redundancy]);
    return {.value = alike + apart, .chance_level = D, .figures = {{"invariance", alike}, {"redundancy", apart}}};
  }
};

}    // namespace contrastive

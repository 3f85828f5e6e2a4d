// SPDX-License-Identifier: MIT
#pragma once
// SIGReg and LeJEPA: features become an isotropic normal distribution, seen along random directions, and views alike.
#include <contrastive/expr/random.hpp>
#include <contrastive/loss/feature_matrix.hpp>

namespace contrastive {

/// How far rows are from a standard normal distribution along `Slices` unit directions a: the mean over the views and
/// the directions of  n ∫ |mean over rows of exp(i·t·a·z) − exp(−t²/2)|² exp(−t²/2) dt  (Epps & Pulley 1983;
/// Balestriero & LeCun 2025, algorithm 1), by the trapezoid rule on `knots` points of [0, t_max], twice.
///
/// It grows with the number of rows n of a view, as a test's statistic does. Memory: 2·Slices + d numbers a row.
template <int Slices>
struct sigreg {
  static_assert(Slices > 0, "sigreg looks along at least one direction");

  template <class B, int D>
  struct memory {
    using numbers = parameter<B, per_channel<Slices>, role::running_mean>;
    tensor<B, features<Slices>> along, d_along;    // (v·n, A) a·z, and its gradient
    chunk<B, features<D>, Slices> directions;      // (A, d) unit rows a
    chunk<B, features<1>, Slices> length;          // (A) of what was drawn
    numbers real, imaginary, statistic;            // (A) mean cos − exp(−t²/2); mean sin; the integral
  };

  /// Directions for the key of ctx: the same on every device, but for rounding.
  template <class B, int D>
  static void draw(auto& ctx, memory<B, D>& m) {
    const auto a = m.directions.first(Slices);    // (A, d)
    const auto length = m.length.first(Slices);
    const auto next = ctx.at(ctx.key.layer + 1);
    const auto u = random_uniform(ctx, a, purpose::slices), w = random_uniform(next, a, purpose::slices);
    map(ctx, a, sqrt(-2 * log(1 - u)) * cos(6.283185307179586 * w));    // normal numbers (Box & Muller 1958)
    reduce<fold::sum>(ctx, length, square(expression_of(a)));
    map(ctx, a, a / sqrt(length));
  }

  /// value = the statistic; dz += share · its gradient. z, dz: (v·n, d).
  template <class B, int D>
  static void evaluate(auto& ctx, memory<B, D>& m, const auto& value, int knots, double t_max, const auto& z, int views,
                       double share, auto& dz) {
    const int n = z.rows / views;
    const auto a = m.directions.first(Slices);    // (A, d)
    const auto x = operand_of(m.along).slice(0, z.rows), dx = operand_of(m.d_along).slice(0, z.rows);
    gemm(ctx, by_row(x), by_row(z), transpose(by_row(a)));    // (v·n, A)
    if constexpr (wanted<decltype(dz)>) map(ctx, dx, 0.);
    map(ctx, m.statistic, 0.);
    for (int v = 0; v < views; ++v)
      for (int k = 1; k < knots; ++k) {    // at t = 0 both functions are 1
        const double t = t_max * k / (knots - 1), normal = std::exp(-t * t / 2), weight = weight_at(k, knots, t_max, n);
        const auto of_view = x.slice(v * n, n);
        reduce<fold::sum>(ctx, m.real, cos(of_view * t) * (1. / n));    // (A)
        map(ctx, m.real, m.real - normal);
        reduce<fold::sum>(ctx, m.imaginary, sin(of_view * t) * (1. / n));
        map(ctx, m.statistic,
            m.statistic + (square(expression_of(m.real)) + square(expression_of(m.imaginary))) * (weight / views));
        if constexpr (wanted<decltype(dz)>) {
          const auto to = dx.slice(v * n, n);
          const double slope = 2 * share * weight * t / (double(n) * views);
          map(ctx, to, to + (m.imaginary * cos(of_view * t) - m.real * sin(of_view * t)) * slope);
        }
      }
    reduce<fold::sum>(ctx, value, m.statistic * 1);
    if constexpr (wanted<decltype(dz)>) gemm(ctx, by_row(dz), by_row(dx), by_row(a), 1, 1);    // (v·n, d)
  }

  /// The value for n rows of zeros a view.
  static double of_zeros(int knots, double t_max, int n) {
    double sum = 0;
    for (int k = 1; k < knots; ++k) {
      const double t = t_max * k / (knots - 1), distance = 1 - std::exp(-t * t / 2);
      sum += weight_at(k, knots, t_max, n) * Slices * distance * distance;
    }
    return sum;
  }

 private:
  /// Of the k-th point: the trapezoid rule's, twice, times exp(−t²/2), for n rows and the mean over the directions.
  static double weight_at(int k, int knots, double t_max, int n) {
    const double step = t_max / (knots - 1), t = step * k;
    return (k + 1 == knots ? step : 2 * step) * std::exp(-t * t / 2) * n / Slices;
  }
};

/// λ·SIGReg + (1 − λ)·mean (centre − z_v)²  (Balestriero & LeCun 2025, "LeJEPA"): centre is the mean of a sample's
/// views, the mean square is over views, samples and features. No teacher, no stop, no schedule.
///
/// Two views or more of at least two samples, as the network makes them (no normalization). Directions are drawn anew
/// in each step and follow from (seed, step). Memory: 2·Slices + d numbers a row. Figures: `sigreg` and `prediction`,
/// without λ and 1 − λ. The chance level is the value where all rows are 0.
///
///     using lejepa =
///         ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 16>, ct::lejepa<>>;
template <int Slices = 256>
struct lejepa {
  struct config {
    double lambda = 0.05;    // λ, 0 … 1
    int knots = 17;
    double t_max = 3;
    static constexpr void members(auto&& f, auto&... c) {
      f("lambda", c.lambda...), f("knots", c.knots...), f("t_max", c.t_max...);
    }
  };
  using prepare = sequential<>;
  static constexpr bool needs_labels = false;
  static constexpr int capacity(int rows) { return rows; }
  enum figure { normality, prediction, at_zero, figures };

  template <class B, int D>
  struct memory {
    typename sigreg<Slices>::template memory<B, D> slices;
    tensor<B, features<D>> center;    // (n, d)
    parameter<B, per_channel<figures>, role::running_mean> report;
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& z, const auto&, int views, auto& dz) {
    require(c, z.rows, views);
    sigreg<Slices>::draw(ctx, m.slices);
    compare(ctx, c, m, z, views, dz);
    sigreg<Slices>::evaluate(ctx, m.slices, number(m, normality), c.knots, c.t_max, z, views, c.lambda, dz);
    map(ctx, number(m, at_zero), sigreg<Slices>::of_zeros(c.knots, c.t_max, z.rows / views));
  }

  template <class B, int D>
  static loss_report read(B& device, const config& c, memory<B, D>& m, int) {
    std::array<typename B::element, figures> r;
    device.download(r.data(), m.report.data, figures);
    const double normal = double(r[normality]), apart = double(r[prediction]);
    return {.value = c.lambda * normal + (1 - c.lambda) * apart,
            .chance_level = c.lambda * double(r[at_zero]),
            .figures = {{"sigreg", normal}, {"prediction", apart}}};
  }

 private:
  static auto number(auto& m, figure k) {
    return operand<decltype(m.report.data), false, 1, 1, 1>{m.report.data + k, 1};
  }
  static void require(const config& c, int rows, int views) {
    if (views < 2 || rows % views != 0)
      throw argument_error("lejepa compares the views of a sample: it needs at least 2 of them; this batch of " +
                           std::to_string(rows) + " rows has " + std::to_string(views));
    detail::require_samples("lejepa", rows / views);
    if (!(c.lambda >= 0 && c.lambda <= 1))
      throw argument_error("lejepa's lambda must be between 0 and 1; it is " + std::to_string(c.lambda));
    if (c.knots < 2 || !(c.t_max > 0) || std::isinf(c.t_max))
      throw argument_error("lejepa integrates from 0 to t_max, a number above 0, on at least 2 knots; they are " +
                           std::to_string(c.t_max) + " and " + std::to_string(c.knots));
  }
  /// The mean square of centre − z_v. dz = its share of the gradient: the centre's own adds up to 0.
  static void compare(auto& ctx, const config& c, auto& m, const auto& z, int views, auto& dz) {
    const int n = z.rows / views;
    const double share = 1. / (double(z.rows) * shape_of<decltype(z)>::channels);
    const auto center = operand_of(m.center).slice(0, n);    // (n, d)
    map(ctx, center, detail::view_of(z, 0, n) * (1. / views));
    for (int v = 1; v < views; ++v) map(ctx, center, center + detail::view_of(z, v, n) * (1. / views));
    const auto part = number(m, at_zero);
    map(ctx, number(m, prediction), 0.);
    for (int v = 0; v < views; ++v) {
      const auto distance = detail::view_of(z, v, n) - center;
      reduce<fold::sum>(ctx, part, square(distance) * share);
      map(ctx, number(m, prediction), number(m, prediction) + part);
      if constexpr (wanted<decltype(dz)>) map(ctx, detail::view_of(dz, v, n), distance * (2 * (1 - c.lambda) * share));
    }
  }
};

}    // namespace contrastive

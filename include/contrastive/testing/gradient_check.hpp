// SPDX-License-Identifier: MIT
#pragma once
// The gradient check: a layer's or network's backward pass against finite differences, in double on the reference.
#include <contrastive/backend/reference.hpp>
#include <contrastive/testing/law.hpp>
#include <contrastive/testing/trial.hpp>

#include <algorithm>

namespace contrastive::testing {

struct gradient_check_options {
  int rows = 3;
  int samples = 24;      // places tried in the input and in each parameter
  double step = 1e-5;    // of the central difference
  std::uint64_t seed = 1;
};

/// The worst difference, relative to the largest slope of the same tensor or to 1 where that is smaller.
struct gradient_report {
  double worst = 0;
  std::string where;    // "weight[17]: 0.25, finite differences 0.5"
  std::size_t checked = 0;
};

namespace detail {

/// Compares one tensor's gradient with the slopes of `loss`; `values` returns to what it was.
inline void compare_slopes(const std::string& name, numbers values, const numbers& gradient,
                           const gradient_check_options& o, std::uint32_t place, auto&& loss, gradient_report& report) {
  double largest = 1;
  for (const double g : gradient) largest = std::max(largest, std::abs(g));
  for (const std::size_t i : some_places(std::size_t(o.samples), values.size(), o.seed, place)) {
    const double before = values[i];
    values[i] = before + o.step;
    const double above = loss(values);
    values[i] = before - o.step;
    const double below = loss(values);
    values[i] = before;
    const double slope = (above - below) / (2 * o.step), difference = std::abs(slope - gradient[i]) / largest;
    ++report.checked;
    if (difference <= report.worst) continue;    // NaN goes on
    report.worst = std::isnan(difference) ? HUGE_VAL : difference;
    report.where = name + "[" + std::to_string(i) + "]: " + std::to_string(gradient[i]) + ", finite differences " +
                   std::to_string(slope);
  }
  loss(values);
}

}    // namespace detail

/// Differentiates Σ y·w, w random, in training or in a phase Now of yours: by the backward pass and by central
/// differences, for places of the input and of every parameter. `prepare(trial)` may set parameters and configuration
/// first.
///
///     CHECK(gradient_check<my_layer, image<5, 3, 7>>().worst < 1e-7);
template <class Layer, class In, Phase Now = training>
gradient_report gradient_check(gradient_check_options o, auto&& prepare) {
  reference device;
  trial<reference, Layer, In, Now> t(device, o.rows, o.seed);
  prepare(t);
  const auto x = t.random_input(o.rows, o.seed);
  const auto weight = normal_numbers(t.forward(x).size(), o.seed, 2);
  const auto dx = t.backward(weight);
  const auto parameters = t.parameters(), gradients = t.gradients();

  const auto loss_at = [&](const numbers& input) {
    const auto y = t.forward(input);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * weight[i];
    return sum;
  };
  gradient_report report;
  std::uint32_t place = 3;
  if constexpr (!NamesThings<In>) detail::compare_slopes("input", x, dx, o, place++, loss_at, report);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const auto& [name, values] = parameters[k];
    const auto loss = [&](const numbers& tried) {
      t.set(name, tried);
      return loss_at(x);
    };
    detail::compare_slopes(name, values, gradients[k].second, o, place++, loss, report);
  }
  return report;
}
template <class Layer, class In, Phase Now = training>
gradient_report gradient_check(gradient_check_options o = {}) {
  return gradient_check<Layer, In, Now>(o, [](auto&) {});
}

}    // namespace contrastive::testing

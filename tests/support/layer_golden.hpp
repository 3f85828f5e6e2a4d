// SPDX-License-Identifier: MIT
#pragma once
// Compares a layer on the device under test with its golden values: output, gradients of the input and of parameters.
#include <contrastive/testing/trial.hpp>

#include <memory>
#include <string>
#include <type_traits>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

/// What a float device may differ from PyTorch, relative rms.
struct bounds {
  double values, gradients;
  double in_double = tolerance::golden_double;
};
inline constexpr bounds one_layer{tolerance::exact_layer_float, tolerance::layer_gradient_float};
/// Where every product and sum is exact in float.
inline constexpr bounds exact_sums{tolerance::exact, tolerance::exact};
/// Where the mean is far from zero, or the variance near epsilon.
inline constexpr bounds far_mean{tolerance::far_mean, tolerance::far_mean, tolerance::golden_double_ill_conditioned};

/// The float bound, or what double allows.
inline double bound(double of_float, double of_double = tolerance::golden_double) {
  return std::is_same_v<device::element, double> ? of_double : of_float;
}

/// Whether numbers of the device are those of the file.
inline void check_close(const std::string& what, const std::vector<double>& found, const golden_tensor& expected,
                        double of_float, double of_double = tolerance::golden_double) {
  INFO(what);
  CHECK(relative_rms(found, expected.values) <= bound(of_float, of_double));
}
/// The gradient of every parameter: `dweight` in the file, or `conv1.weight.gradient`.
inline void check_gradients(const contrastive::testing::named_numbers& found, const golden& g, bounds allowed) {
  for (const auto& [name, gradient] : found)
    check_close(name, gradient, g[g.contains("d" + name) ? "d" + name : name + ".gradient"], allowed.gradients,
                allowed.in_double);
}

/// A trial with the parameters of a case: those that the file holds under the layer's own paths.
template <class Layer, class In>
auto golden_trial(const golden& g) {
  auto t = std::make_unique<contrastive::testing::trial<device, Layer, In>>(shared_device(), g["x"].shape[0]);
  for (const auto& [name, values] : t->parameters()) t->set(name, g[name].values);
  return t;
}

/// One pass forward and back: y, dx, and the gradient of every parameter.
void check_pass(auto& t, const golden& g, bounds allowed = one_layer) {
  check_close("y", t.forward(g["x"].values), g["y"], allowed.values, allowed.in_double);
  check_close("dx", t.backward(g["dy"].values), g["dx"], allowed.gradients, allowed.in_double);
  check_gradients(t.gradients(), g, allowed);
}

template <class Layer, class In>
void equals(const golden& g, bounds allowed, auto&& prepare) {
  INFO("rows " << g["x"].shape[0] << ", " << In::height << "x" << In::width << "x" << In::channels);
  const auto t = golden_trial<Layer, In>(g);
  prepare(t->config());
  check_pass(*t, g, allowed);
}
template <class Layer, class In>
void equals(const golden& g, bounds allowed = one_layer) {
  equals<Layer, In>(g, allowed, [](auto&) {});
}

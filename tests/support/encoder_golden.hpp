// SPDX-License-Identifier: MIT
#pragma once
// Compares a whole encoder with torchvision's: its features, and sketches of its gradients and statistics.
#include <cmath>
#include <map>
#include <string>

#include "support/layer_golden.hpp"

/// The parameters that tests/golden/networks.py gave to torchvision's model.
void set_golden_parameters(auto& trial) {
  const auto set = [&](const contrastive::path& name, auto& p, auto&) {
    using S = contrastive::shape_of<decltype(p)>;
    const bool filter = p.what == contrastive::role::weight;
    trial.set(name.text,
              golden_parameter(name.text, filter ? std::vector<int>{S::rows, S::height, S::width, S::channels}
                                                 : std::vector<int>{S::channels}));
  };
  trial.network().each_parameter(set);
}

/// Σ over all numbers · their probes, and √Σ number²: of everything under one name.
struct sketch {
  double product = 0, squares = 0;

  void add(const std::string& path, const std::vector<double>& values) {
    const auto probe = golden_numbers(path + ".probe", values.size());
    for (std::size_t i = 0; i < values.size(); ++i) product += values[i] * probe[i], squares += values[i] * values[i];
  }
  void check(const std::string& name, const golden& g, double allowed) const {
    INFO(name);
    const auto& expected = g[name].values;    // the product's error is at most the norm's
    CHECK(std::abs(product - expected[0]) <= allowed * expected[1]);
    CHECK(std::abs(std::sqrt(squares) - expected[1]) <= allowed * expected[1]);
  }
};

template <class Net, class In>
void equals_encoder(const std::string& name) {
  INFO(name);
  const golden g = golden{"networks"}.of(name);
  const auto rows = std::size_t(g["settings"].values[0]);
  contrastive::testing::trial<device, Net, In> t(shared_device(), int(rows));
  set_golden_parameters(t);
  const double values = bound(tolerance::encoder_float, tolerance::golden_double_ill_conditioned);
  const double gradients = bound(tolerance::encoder_gradient_float, tolerance::golden_double_ill_conditioned);

  const auto y = t.forward(golden_numbers("x", rows * In::size));
  CHECK(relative_rms(y, g["y"].values) <= values);
  std::map<std::string, sketch> parts;
  parts["dx"].add("dx", t.backward(golden_numbers("dy", y.size())));
  for (const auto& [path, gradient] : t.gradients())
    parts[path.substr(0, path.find('.')) + ".gradients"].add(path, gradient);
  for (const auto& [part, found] : parts) found.check(part, g, gradients);
  sketch running;
  for (const auto& [path, statistic] : t.statistics()) running.add(path, statistic);
  if (g.contains("running")) running.check("running", g, values);
}

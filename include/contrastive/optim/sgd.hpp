// SPDX-License-Identifier: MIT
#pragma once
// Stochastic gradient descent with momentum, as PyTorch's SGD.
#include <contrastive/net/layer.hpp>
#include <contrastive/optim/arguments.hpp>

#include <cstdint>

namespace contrastive {

/// g ← gradient + decay·w;  v ← momentum·v + g;  w ← w − rate·v, or − rate·(g + momentum·v) as Nesterov looks ahead.
///
/// v begins at 0, so the first step has v = g. Biases and the scale and shift of normalizations decay only where asked.
///
///     using simclr = ct::pipeline<…, ct::sgd>;    simclr model{{.optimizer = {.learning_rate = 0.5}}};
struct sgd {
  struct config {
    double learning_rate = 0.1;    // the base of the schedule
    double momentum = 0.9;
    bool nesterov = false;
    double weight_decay = 1e-4;
    bool decay_normalization_and_bias = false;
    static constexpr void members(auto&& f, auto&... c) {
      f("learning_rate", c.learning_rate...);
      f("momentum", c.momentum...);
      f("nesterov", c.nesterov...);
      f("weight_decay", c.weight_decay...);
      f("decay_normalization_and_bias", c.decay_normalization_and_bias...);
    }
  };

  /// Throws argument_error for numbers that no run can mean.
  static void validate(const config& c) {
    detail::require_from_zero("sgd", "learning_rate", c.learning_rate);
    detail::require_below_one("sgd", "momentum", c.momentum);
    detail::require_from_zero("sgd", "weight_decay", c.weight_decay);
  }

  /// v of every parameter, laid out like the parameters.
  template <class Params>
  using state = Params;

  /// One step of every parameter of Net; the number of the step is for optimizers that correct a bias.
  template <class Net>
  static void update(auto& ctx, const config& c, double rate, std::int64_t /*step*/, auto& params, const auto& grads,
                     auto& state) {
    const auto step = [&](no_path, auto& weight, const auto& gradient, auto& v) {
      const double decay = weight.what == role::weight || c.decay_normalization_and_bias ? c.weight_decay : 0;
      update_one(ctx, c, rate, decay, flat(weight), flat(gradient), flat(v));
    };
    contrastive::visit<Net>(step, no_path{}, params, grads, state);
  }

 private:
  // flat views: what a backend compiles serves every parameter of every net
  static void update_one(auto& ctx, const config& c, double rate, double decay, const auto& w, const auto& gradient,
                         const auto& v) {
    const auto g = gradient + decay * w;    // (size)
    map(ctx, v, c.momentum * v + g);
    if (c.nesterov) map(ctx, w, w - rate * (g + c.momentum * v));
    else map(ctx, w, w - rate * v);
  }
};

}    // namespace contrastive

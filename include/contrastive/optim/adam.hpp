// SPDX-License-Identifier: MIT
#pragma once
// Adam and AdamW: every weight moves by its mean gradient over the root of its mean squared gradient.
#include <contrastive/net/layer.hpp>
#include <contrastive/optim/arguments.hpp>

#include <cmath>
#include <cstdint>

namespace contrastive {

namespace detail {

/// What Adam and AdamW share: they differ in where the decay enters.
template <bool Decoupled>
struct adam_rule {
  struct config {
    double learning_rate = 1e-3;    // the base of the schedule
    double beta1 = 0.9;             // share of the old mean gradient
    double beta2 = 0.999;           // share of the old mean squared gradient
    double epsilon = 1e-8;          // added to the root
    double weight_decay = Decoupled ? 1e-2 : 0;
    bool decay_normalization_and_bias = false;
    static constexpr void members(auto&& f, auto&... c) {
      f("learning_rate", c.learning_rate...);
      f("beta1", c.beta1...);
      f("beta2", c.beta2...);
      f("epsilon", c.epsilon...);
      f("weight_decay", c.weight_decay...);
      f("decay_normalization_and_bias", c.decay_normalization_and_bias...);
    }
  };

  /// Throws argument_error for numbers that no run can mean.
  static void validate(const config& c) {
    constexpr const char* who = Decoupled ? "adamw" : "adam";
    detail::require_from_zero(who, "learning_rate", c.learning_rate);
    detail::require_below_one(who, "beta1", c.beta1);
    detail::require_below_one(who, "beta2", c.beta2);
    detail::require_from_zero(who, "epsilon", c.epsilon);
    detail::require_from_zero(who, "weight_decay", c.weight_decay);
  }

  /// m and v of every parameter, each laid out like the parameters.
  template <class Params>
  using state = pack<Params, Params>;

  /// One step of every parameter of Net; step counts from 0, and with it how much of m and v is still their zero
  /// beginning.
  template <class Net>
  static void update(auto& ctx, const config& c, double rate, std::int64_t step, auto& params, const auto& grads,
                     auto& state) {
    const auto one = [&](no_path, auto& weight, const auto& gradient, auto& mean, auto& square) {
      const double decay = weight.what == role::weight || c.decay_normalization_and_bias ? c.weight_decay : 0;
      move(ctx, c, rate, step, decay, flat(weight), flat(gradient), flat(mean), flat(square));
    };
    contrastive::visit<Net>(one, no_path{}, params, grads, part<0>(state), part<1>(state));
  }

  /// The same of one column of numbers w, (size), with its gradient, m and v. Flat views: what a backend compiles
  /// serves every parameter of every net.
  static void move(auto& ctx, const config& c, double rate, std::int64_t step, double decay, const auto& w,
                   const auto& gradient, const auto& m, const auto& v) {
    const double t = double(step) + 1, root_share = 1 / std::sqrt(1 - std::pow(c.beta2, t));
    const double size = rate / (1 - std::pow(c.beta1, t)), keep = Decoupled ? 1 - rate * decay : 1;
    const auto g = gradient + (Decoupled ? 0 : decay) * w;    // (size)
    map(ctx, m, c.beta1 * m + (1 - c.beta1) * g);
    map(ctx, v, c.beta2 * v + (1 - c.beta2) * square(g));
    map(ctx, w, keep * w - size * (m / (sqrt(v) * root_share + c.epsilon)));
  }
};

}    // namespace detail

/// g ← gradient + decay·w;  m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;
/// w ← w − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε),  t = 1, 2, …: Kingma & Ba 2015, as PyTorch's Adam.
///
/// Biases and the scale and shift of normalizations decay only where asked.
///
///     using simclr = ct::pipeline<…, ct::adam>;    simclr model{{.optimizer = {.learning_rate = 3e-4}}};
struct adam : detail::adam_rule<false> {
  static constexpr const char* name = "adam";    // in checkpoints
};

/// The same with g the gradient alone and w ← (1 − rate·decay)·w before each step: decay that is not divided by √v
/// (Loshchilov & Hutter 2019), as PyTorch's AdamW.
///
///     using simclr = ct::pipeline<…, ct::adamw>;    simclr model{{.optimizer = {.weight_decay = 0.05}}};
struct adamw : detail::adam_rule<true> {
  static constexpr const char* name = "adamw";
};

}    // namespace contrastive

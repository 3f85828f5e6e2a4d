// SPDX-License-Identifier: MIT
#pragma once
// Activations: one expression each; the backward pass is made from its tree.
#include <contrastive/expr/derivative.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// Makes a layer of an expression. Input and output: (n, h, w, c).
///
///     struct swish : elementwise<swish> { static auto of(auto x) { return x / (1 + exp(-x)); } };
///
/// A function with numbers to tune declares a `config` and takes it as second argument: `of(auto x, const config& c)`.
template <class Function>
struct elementwise {
  template <class In>
  using output = In;

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) { map(ctx, y, value(own, x)); }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    map(ctx, dx, detail::chain_rule(value(own, x), dy));
  }

 private:
  static auto value(const auto& own, const auto& x) {
    if constexpr (requires { Function::of(expression_of(x), own.config); })
      return Function::of(expression_of(x), own.config);
    else return Function::of(expression_of(x));
  }
};

/// max(x, 0); its slope at 0 is 0.
struct relu : elementwise<relu> {
  static constexpr auto of(auto x) { return maximum(x, 0); }
};

/// x where x > 0, else slope · x; at 0 its derivative is the slope, as PyTorch's.
struct leaky_relu : elementwise<leaky_relu> {
  struct config {
    double slope = 0.01;
    static constexpr void members(auto&& f, auto&... c) { f("slope", c.slope...); }
  };
  static constexpr auto of(auto x, const config& c) { return maximum(x, 0) + c.slope * (x - maximum(x, 0)); }
};

/// x·Φ(x), by the error function as PyTorch's default (Hendrycks & Gimpel 2016).
struct gelu : elementwise<gelu> {
  static constexpr auto of(auto x) { return 0.5 * x * (1 + erf(x * 0.70710678118654752)); }
};

/// x·σ(x), PyTorch's SiLU (Ramachandran et al. 2017). Below −80, where σ is 1e-35, exp would overflow in the
/// derivative.
struct swish : elementwise<swish> {
  static constexpr auto of(auto x) { return x / (1 + exp(-maximum(x, -80))); }
};

/// tanh(x): images in [−1, 1]. The name of the function belongs to expressions (expr/functions.hpp).
struct tanh_unit : elementwise<tanh_unit> {
  static constexpr auto of(auto x) { return tanh(x); }
};

/// 1 / (1 + e^−x): images in [0, 1].
struct sigmoid_unit : elementwise<sigmoid_unit> {
  static constexpr auto of(auto x) { return sigmoid(x); }
};

}    // namespace contrastive

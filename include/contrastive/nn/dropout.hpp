// SPDX-License-Identifier: MIT
#pragma once
// Dropout: numbers are lost by chance and the others grow, so that what is expected stays the same.
#include <contrastive/expr/random.hpp>
#include <contrastive/net/layer.hpp>

#include <cmath>

namespace contrastive {

/// Sets each number to 0 with `probability`, else divides it by 1 − probability (Srivastava et al. 2014, scaled as
/// PyTorch does). Where no noise is drawn (inference, fixed) it is the identity. Input and output: (n, h, w, c).
///
/// What is lost depends on the seed, the step, the layer's place in the network, the row and the element, and on
/// nothing else: nothing is stored for the backward pass.
///
///     using head = sequential<linear<512>, relu, dropout, linear<128>>;
struct dropout {
  struct config {
    double probability = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("probability", c.probability...); }
  };
  template <class In>
  using output = In;

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) { hand_on(ctx, own, x, y); }
  static void backward(auto& ctx, const auto& own, const auto&, const auto&, const auto& dy, auto& dx) {
    hand_on(ctx, own, dy, dx);
  }

 private:
  static void hand_on(auto& ctx, const auto& own, const auto& from, auto& to) {
    if constexpr (draws_noise<decltype(ctx)>) {
      const double p = own.config.probability;
      map(ctx, to, where_greater(random_uniform(ctx, from, purpose::dropout), last_lost(p), from * (1 / (1 - p))));
    } else map(ctx, to, from);
  }
  /// The largest of the random numbers, whole multiples of 2⁻²⁴, that is lost: exact in float, so every device loses
  /// the same.
  static double last_lost(double probability) {
    if (!(probability >= 0 && probability <= 1))
      throw argument_error("the probability of dropout is between 0 and 1; it is " + std::to_string(probability));
    return (std::round(probability * 0x1p24) - 1) * 0x1p-24;
  }
};

}    // namespace contrastive

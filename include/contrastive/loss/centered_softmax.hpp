// SPDX-License-Identifier: MIT
#pragma once
// What DINO's teacher says: a softmax that is sharpened by a low temperature, and centered by what it said of late.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// t_i = softmax((s_i − center) / τ) (Caron et al. 2021, algorithm 1). The center keeps one output from winning always,
/// the temperature keeps all from being alike.
struct centered_softmax {
  template <class B>
  struct memory {
    tensor<B, features<1>> top, total;    // (n) the largest exponent; Σ exp(exponent − top)
  };

  /// s: (n, k) scores; center: (k); t: (n, k), written.
  static void assign(auto& ctx, auto& m, double tau, const auto& s, const auto& center, const auto& t) {
    const auto exponent = (s - center) * (1 / tau);
    reduce<fold::max>(ctx, m.top, exponent);    // (n)
    map(ctx, t, exp(exponent - m.top));         // (n, k)
    reduce<fold::sum>(ctx, m.total, t);         // (n)
    map(ctx, t, t / m.total);                   // (n, k)
  }
  /// center ← momentum · center + (1 − momentum) · the mean of the rows s. center, mean (written): (k)
  static void move(auto& ctx, double momentum, const auto& s, const auto& center, const auto& mean) {
    reduce<fold::sum>(ctx, mean, s * (1. / operand_of(s).rows));
    map(ctx, center, momentum * center + (1 - momentum) * mean);
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// A fully connected layer: y = x·Wᵀ + b.
#include <contrastive/net/layer.hpp>
#include <contrastive/nn/bias.hpp>

namespace contrastive {

/// Input (n, c), output (n, k). Parameters: `weight` (k, c) and, unless bias::no, `bias` (k).
template <int Channels, bias Bias = bias::yes>
struct linear {
  static_assert(Channels > 0, "linear needs at least one output");
  template <class In>
    requires(In::pixels == 1)
  using output = features<Channels>;
  template <class In>
  struct refusal {
    static_assert(detail::never<In>, "linear takes vectors: put global_average_pool or flatten before it");
  };

  template <class B, class In>
  struct params : detail::with_bias<B, Channels, Bias> {
    parameter<B, filter<Channels, 1, 1, In::channels>, role::weight> weight;
    static constexpr void members(auto&& f, auto&... p) {
      f("weight", p.weight...);
      if constexpr (Bias == bias::yes) f("bias", p.bias...);
    }
  };

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    gemm(ctx, by_row(y), by_row(x), transpose(by_row(own.params.weight)));    // (n, k)
    if constexpr (Bias == bias::yes) map(ctx, y, y + own.params.bias);
  }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    gemm(ctx, by_row(own.grads.weight), transpose(by_row(dy)), by_row(x));                               // (k, c)
    if constexpr (Bias == bias::yes) reduce<fold::sum>(ctx, own.grads.bias, dy);                         // (k)
    if constexpr (wanted<decltype(dx)>) gemm(ctx, by_row(dx), by_row(dy), by_row(own.params.weight));    // (n, c)
  }
};

}    // namespace contrastive

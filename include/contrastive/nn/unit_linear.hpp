// SPDX-License-Identifier: MIT
#pragma once
// A linear layer whose weights are directions: each row counts by its direction alone.
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// y = x·Ŵᵀ, each row of Ŵ a row of `weight` divided by its length: DINO's last layer (Caron et al. 2021), PyTorch's
/// weight_norm with g fixed at 1. Input (n, c), output (n, k); parameter: `weight` (k, c). A row shorter than 1e-12 is
/// divided by that.
///
/// What an optimizer does to a row's length changes no output; the longer a row, the less it turns.
///
///     using outputs = ct::unit_linear<2048>;    // after ct::l2_normalize: cosines
template <int Channels>
struct unit_linear {
  static_assert(Channels > 0, "unit_linear needs at least one output");
  template <class In>
    requires(In::pixels == 1)
  using output = features<Channels>;
  template <class In>
  struct refusal {
    static_assert(detail::never<In>, "unit_linear takes vectors: put global_average_pool or flatten before it");
  };

  template <class B, class In>
  using rows = parameter<B, filter<Channels, 1, 1, In::channels>, role::weight>;
  template <class B>
  using number_a_row = parameter<B, filter<Channels, 1, 1, 1>, role::scale>;

  template <class B, class In>
  struct params {
    rows<B, In> weight;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...); }
  };
  template <class B, class In>
  struct tape {
    rows<B, In> unit;           // (k, c) Ŵ
    number_a_row<B> inverse;    // (k) 1 / |w|
  };
  template <class B, class In>
  struct scratch {
    number_a_row<B> along;    // (k) dŵ·ŵ
  };

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    const auto& w = own.params.weight;
    auto& [unit, inverse] = own.tape;
    reduce<fold::sum>(ctx, inverse, square(expression_of(w)));    // (k) |w|²
    map(ctx, inverse, 1 / maximum(sqrt(inverse), 1e-12));         // (k)
    map(ctx, unit, w * inverse);                                  // (k, c)
    gemm(ctx, by_row(y), by_row(x), transpose(by_row(unit)));     // (n, k)
  }
  // dŴ = dyᵀ·x,  dw = (dŵ − ŵ·(dŵ·ŵ)) / |w|
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    auto& [unit, inverse] = own.tape;
    if constexpr (const auto& dw = own.grads.weight; wanted<decltype(dw)>) {
      auto& along = own.scratch.along;
      gemm(ctx, by_row(dw), transpose(by_row(dy)), by_row(x));    // (k, c)
      reduce<fold::sum>(ctx, along, dw * unit);                   // (k)
      map(ctx, dw, (dw - unit * along) * inverse);                // (k, c)
    }
    if constexpr (wanted<decltype(dx)>) gemm(ctx, by_row(dx), by_row(dy), by_row(unit));    // (n, c)
  }
};

}    // namespace contrastive

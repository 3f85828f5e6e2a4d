// SPDX-License-Identifier: MIT
#pragma once
// Spectral normalization: a layer whose weights are divided by their largest singular value.
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/linear.hpp>

namespace contrastive {

namespace detail {
/// Of one pass: Ŵ = W / σ, the singular vectors u and v that σ = uᵀ·W·v was found by, and σ.
template <class B, class Weight>
struct spectral_tape {
  parameter<B, Weight, role::weight> weight;
  parameter<B, per_channel<Weight::rows>, role::running_mean> u;
  parameter<B, filter<1, Weight::height, Weight::width, Weight::channels>, role::running_mean> v;
  parameter<B, per_channel<1>, role::running_mean> sigma;
  static constexpr void members(auto&& f, auto&... t) {
    f("weight", t.weight...), f("u", t.u...), f("v", t.v...), f("sigma", t.sigma...);
  }
};

/// A filter a row, also where there is only one: (k, r, s, c).
template <class W>
constexpr auto filters_of(const W& weight) {
  using S = shape_of<W>;
  return operand<decltype(weight.data), true, S::height, S::width, S::channels>{weight.data, S::rows};
}

/// to ← to / |to|, and the length.
void to_unit_length(auto& ctx, const auto& to, const auto& length) {
  reduce<fold::sum>(ctx, length, square(expression_of(to)));
  map(ctx, length, sqrt(maximum(length, 1e-24)));
  map(ctx, to, to / length);
}

/// One power iteration (Miyato et al. 2018, algorithm 1): v = Wᵀu / |Wᵀu|, then where statistics move u = Wv / |Wv| and
/// σ = |Wv|; where they do not σ = |Wᵀu|.
void find_norm(auto& ctx, const auto& weight, auto& state_u, auto& t) {
  const auto u = flat(t.u), stored = flat(state_u);    // (k)
  const auto w = filters_of(weight);                   // (k, r, s, c)
  map(ctx, u, stored * 1);
  to_unit_length(ctx, u, t.sigma);
  reduce<fold::sum>(ctx, t.v, w * u);    // (r, s, c)
  to_unit_length(ctx, t.v, t.sigma);
  if constexpr (moves_statistics<decltype(ctx)>) {
    reduce<fold::sum>(ctx, u, w * t.v);    // (k)
    to_unit_length(ctx, u, t.sigma);
    map(ctx, stored, u * 1);
  }
  map(ctx, filters_of(t.weight), w / t.sigma);
}

/// From the gradient of Ŵ to that of W, in its place: u and v are held, dσ/dW = u·vᵀ.
void through_norm(auto& ctx, const auto& gradient, const auto& t, const auto& along) {
  const auto g = filters_of(gradient);    // (k, r, s, c)
  reduce<fold::sum>(ctx, along, g * filters_of(t.weight));
  map(ctx, g, (g - along * flat(t.u) * t.v) / t.sigma);
}

template <class L, class B, class In>
using weight_shape_of = shape_of<decltype(std::declval<params_of<L, B, In>>().weight)>;
}    // namespace detail

/// A layer with its weight divided by its largest singular value σ, the weight read as a matrix (k, r·s·c): what keeps
/// a discriminator's slope bounded (Miyato et al. 2018). For conv2d and linear; a bias is left alone.
///
/// A forward pass in training makes one power iteration and keeps its vector as the statistic `weight_u`, which begins
/// with equal elements; use takes σ = |Wᵀu|. Gradients go through σ; u and v are numbers to them, as PyTorch's.
///
///     using discriminator = ct::sequential<ct::spectral_norm<ct::conv2d<32, 3, 2, 1, ct::bias::yes>>, ct::relu, …>;
template <class L>
struct spectral_norm {
  template <class In>
    requires Takes<L, In>
  using output = typename L::template output<In>;
  template <class In>
  using refusal = typename L::template refusal<In>;
  template <class B, class In>
  using params = params_of<L, B, In>;
  template <class B, class In>
  struct state {
    parameter<B, per_channel<detail::weight_shape_of<L, B, In>::rows>, role::running_variance> u;    // begins with ones
    static constexpr void members(auto&& f, auto&... s) { f("weight_u", s.u...); }
  };
  template <class B, class In>
  using tape = detail::spectral_tape<B, detail::weight_shape_of<L, B, In>>;
  template <class B, class In>
  struct scratch {
    scratch_of<L, B, In> own;
    parameter<B, per_channel<1>, role::running_mean> along;
    static constexpr void members(auto&& f, auto&... s) { f("own", s.own...), f("along", s.along...); }
  };

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    detail::find_norm(ctx, own.params.weight, own.state.u, own.tape);
    normalized(own, own.tape, own.scratch.own, [&](const auto& inner) { L::forward(ctx, inner, x, y); });
  }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx) {
    normalized(own, own.tape, own.scratch.own, [&](const auto& inner) { L::backward(ctx, inner, x, y, dy, dx); });
    if constexpr (wanted<decltype(own.grads.weight)>)
      detail::through_norm(ctx, own.grads.weight, own.tape, own.scratch.along);
  }

  /// f(what L's bodies take, with Ŵ in the weight's place): addresses only, nothing is copied.
  static void normalized(const auto& own, const auto& tape, auto& scratch, auto&& f) {
    nothing none;
    auto params = own.params;
    params.weight.data = tape.weight.data;
    f(owned{slot{params, none, own.config, own.grads}, none, scratch});
  }
};

}    // namespace contrastive

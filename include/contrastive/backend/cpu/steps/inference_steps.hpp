// SPDX-License-Identifier: MIT
#pragma once
// Convolutions in inference: the batch-norm is folded into weights and bias, the relu rides in the epilogue.
#include <contrastive/backend/cpu/steps/residual_step.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// A step that has no backward pass: inference keeps no tape.
struct forward_only {
  static constexpr bool adds = false;
  using tape = nothing;
};

/// Two numbers for every stored channel: what batch-norm (or a bias) makes of a convolution's result.
template <Shape S>
struct folded_norm {
  channel_lanes<S> scale, shift;
  static constexpr void members(auto&& f, auto&... n) {
    f("scale", n.scale...);
    f("shift", n.shift...);
  }
  template <class Conv>
  void fold(const auto& conv, const auto& norm) {
    std::fill_n(scale.data, lanes_of<S>, 0.f);
    std::fill_n(shift.data, lanes_of<S>, 0.f);
    for (int k = 0; k < S::channels; ++k) {
      const double r = double(norm.params.weight.data[k]) /
                       std::sqrt(double(norm.state.variance.data[k]) + norm.config.epsilon);
      double before = 0;
      if constexpr (bias_of<Conv> == bias::yes) before = double(conv.params.bias.data[k]);
      scale.data[k] = float(r);
      shift.data[k] = float(double(norm.params.bias.data[k]) + (before - double(norm.state.mean.data[k])) * r);
    }
  }
};

template <class X, class Conv, bool Relu>
struct folded_conv_step : forward_only {
  using body = convolution<X, Conv>;
  using Out = typename body::Out;
  using result = blocked<Out>;
  struct scratch {
    typename body::scratch weights;
    folded_norm<Out> norm;
    static constexpr void members(auto&& f, auto&... s) {
      f("weights", s.weights...);
      f("norm", s.norm...);
    }
  };
  static void forward(auto& ctx, X& x, result& y, tape&, scratch& s, const auto& conv, const auto& norm,
                      const auto&...) {
    s.norm.template fold<Conv>(conv, norm);
    body::forward(ctx.device, x, y.data, conv.params.weight.data, s.norm.scale.data, s.weights,
                  {.bias = s.norm.shift.data, .relu = Relu});
  }
};

struct folded_conv_norm_relu {
  static constexpr int covers = 3;
  using example = asked::layers<blocked<image<8, 8, 32>>, conv2d<32, 3>, batch_norm, relu>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static folded_conv_step<X, Conv, true> match(asked::layers<X, Conv, batch_norm, relu>);
};
struct folded_conv_norm {
  static constexpr int covers = 2;
  using example = asked::layers<blocked<image<8, 8, 32>>, conv2d<32, 3>, batch_norm>;
  template <class X, class Conv>
    requires Convolvable<X, Conv>
  static folded_conv_step<X, Conv, false> match(asked::layers<X, Conv, batch_norm>);
};

/// main + shortcut, rectified, in one pass over the main branch's result.
struct folded_residual_relu {
  static constexpr int covers = 2;
  using example = residual_relu::example;

  template <class S, class Main, class Shortcut>
  struct step : forward_only {
    static constexpr bool has_projection = Shortcut::depth > 0;
    using Out = typename Main::template output<S>;
    using main = branch<Main, blocked<S>, inference>;
    using shortcut = branch<Shortcut, blocked<S>, inference>;
    using result = blocked<Out>;
    static constexpr std::size_t nested_generic_steps() { return main::generic_steps + shortcut::generic_steps; }
    struct scratch {
      std::conditional_t<has_projection, blocked<Out>, nothing> skip;
      channel_lanes<Out> one, zero;
      detail::workspace_for<main> of_main;
      detail::workspace_for<shortcut> of_shortcut;
      static constexpr void members(auto&& f, auto&... s) {
        f("skip", s.skip...);
        f("one", s.one...);
        f("zero", s.zero...);
        f("main", s.of_main...);
        f("shortcut", s.of_shortcut...);
      }
    };

    static void forward(auto& ctx, blocked<S>& x, result& y, tape&, scratch& s, const auto& block,
                        const auto& /*relu*/) {
      auto in_main = ctx.with(s.of_main.where);
      main::infer(in_main, x, y, part<0>(block));
      const float* skip = x.data;
      if constexpr (has_projection) {
        auto in_shortcut = ctx.with(s.of_shortcut.where).at(ctx.key.layer + detail::places_of<Main>());
        shortcut::infer(in_shortcut, x, s.skip, part<1>(block));
        skip = s.skip.data;
      }
      std::fill_n(s.one.data, lanes_of<Out>, 1.f);
      std::fill_n(s.zero.data, lanes_of<Out>, 0.f);
      ctx.device.pool.run(y.rows, [&](int n) {
        ctx.device.channels.normalize(
            range_of(y, n, 1),
            {.raw = y.data, .scale = s.one.data, .shift = s.zero.data, .skip = skip, .y = y.data, .relu = true});
      });
    }
  };
  template <class S, class Main, class Shortcut>
    requires std::is_same_v<typename branch<Main, blocked<S>, inference>::result,
                            blocked<typename Main::template output<S>>>
  static step<S, Main, Shortcut> match(asked::layers<blocked<S>, residual<Main, Shortcut>, relu>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

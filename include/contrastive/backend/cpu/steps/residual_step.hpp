// SPDX-License-Identifier: MIT
#pragma once
// A residual block and its relu: both branches are programs; their sum is left pending, with the shortcut as its skip.
// Basic block and bottleneck differ only in their branches.
#include <contrastive/backend/cpu/steps/conv_steps.hpp>
#include <contrastive/nn/residual.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class Main, class X, class Phase>
using branch = program_of<Main, X, Phase, ending::open>;

template <class Program, class Out>
concept LeavesAffine = Program::steps > 0 &&
                       std::is_same_v<typename Program::result, affine<Out>>&& Program::first_step::adds;

struct residual_relu {
  static constexpr int covers = 2;
  using example =
      asked::layers<blocked<image<8, 8, 32>>,
                    residual<sequential<conv2d<64, 3, 2>, batch_norm>, sequential<conv2d<64, 1, 2>, batch_norm>>, relu>;
  // the shortcut reads what main has already applied
  template <class X>
  using plain = blocked<typename X::shape>;

  template <Readable X, class Main, class Shortcut>
  struct step {
    static constexpr bool has_projection = Shortcut::depth > 0;
    using In = typename X::shape;
    using Out = typename Main::template output<In>;
    using main = branch<Main, X, training>;
    using shortcut = branch<Shortcut, plain<X>, training>;
    using result = pending<Out, std::conditional_t<has_projection, affine<Out>, borrowed_skip>>;
    static constexpr std::size_t nested_generic_steps() { return main::generic_steps + shortcut::generic_steps; }

    struct tape {
      typename main::tape of_main;
      typename shortcut::tape of_shortcut;
      static constexpr void members(auto&& f, auto&... t) {
        f("main", t.of_main...);
        f("shortcut", t.of_shortcut...);
      }
    };
    struct scratch {
      std::conditional_t<has_projection, blocked<In>, nothing> dx;
      detail::workspace_for<main> of_main;
      detail::workspace_for<shortcut> of_shortcut;
      static constexpr void members(auto&& f, auto&... s) {
        f("dx", s.dx...);
        f("main", s.of_main...);
        f("shortcut", s.of_shortcut...);
      }
    };

    static void forward(auto& ctx, X& x, result& y, tape& t, scratch& s, const auto& block, const auto& /*relu*/) {
      auto in_main = ctx.with(s.of_main.where);
      main::forward(in_main, x, y.main, t.of_main, part<0>(block));
      if constexpr (has_projection) {
        auto in_shortcut = ctx.with(s.of_shortcut.where).at(ctx.key.layer + detail::places_of<Main>());
        plain<X> same = images_of(x);
        shortcut::forward(in_shortcut, same, y.skip, t.of_shortcut, part<1>(block));
      } else y.skip.data = images_of(x).data;
    }

    // dy arrives masked, with its sums for both branches
    static void backward(auto& ctx, X& x, result& y, tape& t, scratch& s, auto& dy, auto& dx, const auto& block,
                         const auto& /*relu*/) {
      const float* add = dy.data;    // an identity hands dy through
      if constexpr (has_projection) {
        auto in_shortcut = ctx.with(s.of_shortcut.where).at(ctx.key.layer + detail::places_of<Main>());
        plain<X> same = images_of(x);
        auto d = dy;
        d.which = 2;
        shortcut::backward(in_shortcut, same, y.skip, t.of_shortcut, d, s.dx, part<1>(block));
        add = s.dx.data;
      }
      with_addend total{dx, add};
      auto in_main = ctx.with(s.of_main.where);
      main::backward(in_main, x, y.main, t.of_main, dy, total, part<0>(block));
    }
  };
  template <Readable X, class Main, class Shortcut>
    requires LeavesAffine<branch<Main, X, training>, typename Main::template output<typename X::shape>> &&
             (Shortcut::depth == 0 ||
              LeavesAffine<branch<Shortcut, plain<X>, training>, typename Main::template output<typename X::shape>>)
  static step<X, Main, Shortcut> match(asked::layers<X, residual<Main, Shortcut>, relu>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

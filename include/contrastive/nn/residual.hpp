// SPDX-License-Identifier: MIT
#pragma once
// y = main(x) + shortcut(x): two branches and a sum. Residual networks put a relu after it.
#include <contrastive/net/program.hpp>

namespace contrastive {

namespace detail {
// what a residual has, it has twice: parts 0 (main) and 1 (shortcut)
template <class Main, class Shortcut>
struct both : pack<Main, Shortcut> {
  static constexpr void members(auto&& f, auto&... p) {
    f("main", part<0>(p)...);
    f("shortcut", part<1>(p)...);
  }
};
}    // namespace detail

/// Adds what two branches make of the same input; an empty shortcut is the identity.
///
/// Both branches must have the same output shape. Parameter paths are those of torchvision's blocks: the main branch's
/// names stand at the block's own level, the shortcut's below `downsample`.
template <class Main, class Shortcut = identity>
struct residual {
  using is_composite = void;
  static constexpr bool projects = Shortcut::depth > 0;
  static constexpr std::size_t ends_in_scale = 0;    // the child whose last scale decides what the block adds
  template <class In>
    requires std::same_as<typename Main::template output<In>, typename Shortcut::template output<In>>
  using output = typename Main::template output<In>;
  template <class In>
  struct refusal {
    static_assert(
        !(Takes<Main, In> && Takes<Shortcut, In>),
        "the branches of this residual have different output shapes: give the shortcut a conv2d with the main "
        "branch's channels and stride");
    static_assert(Takes<Main, In> && Takes<Shortcut, In>, "a branch of this residual cannot take its input's shape");
  };

  static constexpr void children(auto&& f) {
    f.template operator()<Main>(std::integral_constant<std::size_t, 0>{}, "");
    f.template operator()<Shortcut>(std::integral_constant<std::size_t, 1>{}, "downsample");
  }

  template <class B, class In>
  using params = detail::both<typename Main::template params<B, In>, typename Shortcut::template params<B, In>>;
  template <class B, class In>
  using state = detail::both<typename Main::template state<B, In>, typename Shortcut::template state<B, In>>;
  using config = detail::both<typename Main::config, typename Shortcut::config>;

  template <class X>
  using main_program = program_of<Main, X>;
  template <class X>
  using shortcut_program = program_of<Shortcut, X>;
  template <class X>
  static constexpr std::size_t generic_steps = main_program<X>::generic_steps + shortcut_program<X>::generic_steps;

  template <class B, class In>
  struct tape {
    typename main_program<tensor<B, In>>::tape main;
    tensor<B, output<In>> main_out;
    typename shortcut_program<tensor<B, In>>::tape shortcut;
    std::conditional_t<projects, tensor<B, output<In>>, nothing> shortcut_out;
  };
  template <class B, class In>
  struct scratch {
    std::conditional_t<projects, tensor<B, In>, nothing> dx;
    detail::workspace_for<main_program<tensor<B, In>>> main;
    detail::workspace_for<shortcut_program<tensor<B, In>>> shortcut;
  };

  static void forward(auto& ctx, const auto& own, auto& x, auto& y) {
    using X = std::remove_cvref_t<decltype(x)>;
    auto& [main, main_out, shortcut, shortcut_out] = own.tape;
    auto in_main = ctx.with(own.scratch.main.where);
    main_program<X>::forward(in_main, x, main_out, main, part<0>(own.as_slot()));
    if constexpr (projects) {
      auto in_shortcut = ctx.with(own.scratch.shortcut.where).at(ctx.key.layer + detail::places_of<Main>());
      shortcut_program<X>::forward(in_shortcut, x, shortcut_out, shortcut, part<1>(own.as_slot()));
      map(ctx, y, main_out + shortcut_out);    // (n, h, w, c)
    } else map(ctx, y, main_out + x);
  }

  static void backward(auto& ctx, const auto& own, auto& x, const auto&, auto& dy, auto& dx) {
    using X = std::remove_cvref_t<decltype(x)>;
    auto& [main, main_out, shortcut, shortcut_out] = own.tape;
    auto in_main = ctx.with(own.scratch.main.where);
    main_program<X>::backward(in_main, x, main_out, main, dy, dx, part<0>(own.as_slot()));
    if constexpr (projects) {
      auto in_shortcut = ctx.with(own.scratch.shortcut.where).at(ctx.key.layer + detail::places_of<Main>());
      auto& d = own.scratch.dx;
      shortcut_program<X>::backward(in_shortcut, x, shortcut_out, shortcut, dy, d, part<1>(own.as_slot()));
      if constexpr (wanted<decltype(dx)>) map(ctx, dx, dx + d);    // (n, h, w, c)
    } else if constexpr (wanted<decltype(dx)>) map(ctx, dx, dx + dy);
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// What a layer is. Each requirement is a concept of its own, so that the compiler says which one a layer misses.
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/core/probe.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

namespace detail {

/// Whether every member of T is a named parameter, or a set of them; asked at compile time.
template <class T>
consteval bool names_parameters() {
  bool all = true;
  const auto look = [&]<class M>(auto name, M&) {
    bool named = std::is_convertible_v<decltype(name), const char*>;
    if constexpr (requires(M set) { M::members(any_member{}, set); }) named = named && names_parameters<M>();
    else named = named && requires { typename M::is_parameter; };
    all = all && named;
  };
  T t{};
  T::members(look, t);
  return all;
}
/// A layer's set of parameters or statistics: T::members(f, sets...) calls f(name, parameter...).
template <class T>
concept ParameterSet = Placeable<T, detail::probed_device> && requires(T t) { T::members(any_member{}, t); } &&
                       names_parameters<T>();

/// A slot with everything that a body may ask for.
template <class L, class In>
using probed_slot = owned<slot<params_of<L, detail::probed_device, In>, state_of<L, detail::probed_device, In>,
                               config_of<L>, params_of<L, detail::probed_device, In>>,
                          tape_of<L, detail::probed_device, In>, scratch_of<L, detail::probed_device, In>>;

/// A layer is an empty type: what changes stands in its slot.
template <class L>
concept HasNoData = std::is_empty_v<L>;

/// `L::output<In>` is a shape: what leaves the layer when In enters it.
template <class L, class In>
concept HasShapeRule = Takes<L, In> && Shape<typename L::template output<In>>;

/// `params` and `state`, where declared, are templates of backend and input shape whose members are named parameters.
template <class L, class In>
concept HasNamedParameters = detail::ParameterSet<params_of<L, detail::probed_device, In>> &&
                             detail::ParameterSet<state_of<L, detail::probed_device, In>> &&
                             !requires { typename L::params; } && !requires { typename L::state; };

/// `tape` and `scratch`, where declared, are templates of backend and input shape that a plan can place.
template <class L, class In>
concept HasPlannedMemory = Placeable<tape_of<L, detail::probed_device, In>, detail::probed_device> &&
                           Placeable<scratch_of<L, detail::probed_device, In>, detail::probed_device> &&
                           !requires { typename L::tape; } && !requires { typename L::scratch; };

/// `config`, where declared, has defaults, and its members are named.
template <class L>
concept HasNamedNumbers = std::default_initializable<config_of<L>> &&
                          requires(config_of<L> c) { config_of<L>::members(detail::any_member{}, c); };

/// `static void forward(auto& ctx, const auto& own, const auto& x, auto& y)`.
template <class L, class In>
concept HasForward = requires(context<detail::probed_device, training>& ctx, const detail::probed_slot<L, In>& own,
                              tensor<detail::probed_device, In>& x,
                              tensor<detail::probed_device, typename L::template output<In>>& y) {
  { L::forward(ctx, own, x, y) } -> std::same_as<void>;
};

/// `static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx)`.
template <class L, class In>
concept HasBackward = requires(context<detail::probed_device, training>& ctx, const detail::probed_slot<L, In>& own,
                               tensor<detail::probed_device, In>& x,
                               tensor<detail::probed_device, typename L::template output<In>>& y,
                               tensor<detail::probed_device, In>& dx, no_gradient& none) {
  { L::backward(ctx, own, x, y, y, dx) } -> std::same_as<void>;
  { L::backward(ctx, own, x, y, y, none) } -> std::same_as<void>;
};
}    // namespace detail

/// A layer for inputs of shape In. A concept sees signatures and not bodies: testing/layer_laws.hpp tries those.
///
///     static_assert(ct::Layer<my_layer, ct::image<5, 3, 7>>);
template <class L, class In>
concept Layer = detail::HasNoData<L> && detail::HasShapeRule<L, In> && detail::HasNamedParameters<L, In> &&
                detail::HasPlannedMemory<L, In> && detail::HasNamedNumbers<L> && detail::HasForward<L, In> &&
                detail::HasBackward<L, In>;

}    // namespace contrastive

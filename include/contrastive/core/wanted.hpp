// SPDX-License-Identifier: MIT
#pragma once
// Who wants a gradient: what is not wanted is a type, which every verb passes over.
#include <contrastive/core/compiler.hpp>

#include <type_traits>

namespace contrastive {

/// A gradient that nobody asked for: writing to it does nothing.
struct no_gradient {
  static constexpr void members(auto&&, auto&...) {}
};
/// Whether somebody reads what is written to a D: a gradient of an input, or of a parameter (`own.grads.weight`).
template <class D>
inline constexpr bool wanted = !std::is_base_of_v<no_gradient, std::remove_cvref_t<D>>;

namespace detail {
/// Stands for a device in a set of parameters' gradients that nobody wants: params_of<Net, for_nobody<Device>, In>.
template <class Device>
struct for_nobody {
  using element = typename Device::element;
  template <class E>
  using address = typename Device::template address<E>;
};

template <class T>
struct reads_unwanted_gradient {
  static_assert(
      wanted<T>,
      "this body reads a parameter's gradient that nobody wants: ask wanted<decltype(own.grads.weight)> first, "
      "or keep what the body needs in its scratch");
};
}    // namespace detail

}    // namespace contrastive

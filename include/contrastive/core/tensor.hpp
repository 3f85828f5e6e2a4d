// SPDX-License-Identifier: MIT
#pragma once
// What layers hold: a tensor (rows × a static shape), a parameter (no batch axis), a chunk, nothing.
#include <contrastive/core/place.hpp>
#include <contrastive/core/role.hpp>

namespace contrastive {

namespace detail {
template <class Backend, class S>
struct element_of_shape {
  using type = typename Backend::element;
};
template <class Backend, class S>
  requires requires { typename S::element; }
struct element_of_shape<Backend, S> {
  using type = typename S::element;
};

/// What a tensor of shape S holds: the backend's numbers, or what the shape says of itself (tokens: std::int32_t).
template <class Backend, class S>
using element_in = typename detail::element_of_shape<Backend, S>::type;
}    // namespace detail

/// `rows` samples of shape S, row-major: (n, h, w, c).
template <class Backend, Shape S, class E = detail::element_in<Backend, S>>
struct tensor {
  using backend = Backend;
  using shape = S;
  using element = E;
  using gradient = tensor;
  static constexpr bool borrows = false;    // owns what it needs: nothing before it must stay alive
  typename Backend::template address<E> data{};
  int rows = 0;

  constexpr void place_in(auto& place) {
    data = place.template take_rows<E>(S::size);
    rows = int(place.rows);
  }
  constexpr auto as_operand() const {
    return operand<typename Backend::template address<E>, true, S::height, S::width, S::channels>{data, rows};
  }
};

/// Weights or statistics of one layer: (k, r, s, c) or (c). The role tells optimizers how to treat them.
template <class Backend, Shape S, role Role>
struct parameter {
  using backend = Backend;
  using shape = S;
  using is_parameter = void;
  static constexpr role what = Role;
  typename Backend::template address<typename Backend::element> data{};

  constexpr void place_in(auto& place) { data = place.template take_fixed<typename Backend::element>(S::size); }
  constexpr auto as_operand() const {
    return operand<decltype(data), (S::rows > 1), S::height, S::width, S::channels>{data, S::rows};
  }
};

/// The gradient of a parameter that nobody wants. It has the parameter's extents, so that whatever reads it is refused
/// by a sentence.
template <class Device, Shape S, role Role>
struct parameter<detail::for_nobody<Device>, S, Role> : no_gradient {
  using shape = S;
  using is_parameter = void;
  static constexpr role what = Role;
  using read = operand<typename Device::template address<typename Device::element>, (S::rows > 1), S::height, S::width,
                       S::channels>;

  template <class Self = parameter>
  constexpr read as_operand() const {
    [[maybe_unused]] detail::reads_unwanted_gradient<Self> refused;
    return {};
  }
};

/// Memory for `Rows` samples of S: the same whatever the batch is.
template <class Backend, Shape S, int Rows, class E = typename Backend::element>
struct chunk {
  typename Backend::template address<E> data{};

  constexpr void place_in(auto& place) { data = place.template take_fixed<E>(std::size_t(Rows) * S::size); }
  constexpr auto first(int rows) const {
    return operand<typename Backend::template address<E>, true, S::height, S::width, S::channels>{data, rows};
  }
};

/// What a layer has that declares none.
struct nothing {
  static constexpr void members(auto&&, auto&...) {}
};
template <std::size_t>
constexpr nothing& part(nothing& n) {
  return n;
}
template <std::size_t>
constexpr const nothing& part(const nothing& n) {
  return n;
}

/// The shape of a tensor or a parameter.
template <class T>
using shape_of = typename std::remove_cvref_t<T>::shape;

}    // namespace contrastive

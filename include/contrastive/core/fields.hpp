// SPDX-License-Identifier: MIT
#pragma once
// The fields of an aggregate one by one, without their names: what is only laid out needs no list of its members.
#include <contrastive/core/compiler.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace contrastive::detail {

/// What a concept hands to T::members(f, …) to ask whether that compiles; a named type, as nvcc refuses a generic
/// lambda in a constraint.
struct any_member {
  void operator()(const char*, const auto&) const {}
};
template <class T>
concept NamesMembers = requires(T t) { T::members(any_member{}, t); };

/// Converts to whatever a field is; only asked for, never done.
struct any_field {
  template <class F>
  constexpr operator F() const;
};
template <std::size_t>
using one_field = any_field;

template <class T, std::size_t... I>
consteval bool takes_fields(std::index_sequence<I...>) {
  return requires { T{one_field<I>{}...}; };
}
/// How many fields an aggregate has, 1 … 12; 0 where there are more, or none.
template <class T, std::size_t Count = 13>
consteval std::size_t field_count() {
  if constexpr (Count == 0) return 0;
  else if constexpr (takes_fields<T>(std::make_index_sequence<Count>{})) return Count == 13 ? 0 : Count;
  else return field_count<T, Count - 1>();
}

/// f(field) for each field of an aggregate, in their order.
template <class T>
constexpr void each_field(T& t, auto&& f) {
  constexpr std::size_t count = field_count<std::remove_cv_t<T>>();
  const auto all = [&](auto&... field) { (f(field), ...); };
  static_assert(count > 0,
                "this type is laid out by its fields, and has none or more than 12: give it members(f, t...)");
  if constexpr (count == 1) {
    auto& [a] = t;
    all(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = t;
    all(a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = t;
    all(a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = t;
    all(a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = t;
    all(a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, g] = t;
    all(a, b, c, d, e, g);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, g, h] = t;
    all(a, b, c, d, e, g, h);
  } else if constexpr (count == 8) {
    auto& [a, b, c, d, e, g, h, i] = t;
    all(a, b, c, d, e, g, h, i);
  } else if constexpr (count == 9) {
    auto& [a, b, c, d, e, g, h, i, j] = t;
    all(a, b, c, d, e, g, h, i, j);
  } else if constexpr (count == 10) {
    auto& [a, b, c, d, e, g, h, i, j, k] = t;
    all(a, b, c, d, e, g, h, i, j, k);
  } else if constexpr (count == 11) {
    auto& [a, b, c, d, e, g, h, i, j, k, l] = t;
    all(a, b, c, d, e, g, h, i, j, k, l);
  } else if constexpr (count == 12) {
    auto& [a, b, c, d, e, g, h, i, j, k, l, m] = t;
    all(a, b, c, d, e, g, h, i, j, k, l, m);
  }
}

}    // namespace contrastive::detail

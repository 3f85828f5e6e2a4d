// SPDX-License-Identifier: MIT
#pragma once
// Lists of types and flat packs of values: indexed leaves, no recursion, no std::tuple.
#include <contrastive/core/macros.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace contrastive {

/// Some types, as a type.
template <class...>
struct type_list {};

namespace detail {
/// false, but only once T is known: for a static_assert that refuses.
template <class>
inline constexpr bool never = false;

template <std::size_t I, class T>
struct entry {
  using type = T;
};
template <class, class...>
struct entries;
template <std::size_t... I, class... T>
struct entries<std::index_sequence<I...>, T...> : entry<I, T>... {};
template <std::size_t I, class T>
entry<I, T> find_entry(const entry<I, T>*);

template <std::size_t I, class T>
struct cell {
  CONTRASTIVE_NO_ADDRESS T value{};
};
}    // namespace detail

/// The I-th of some types.
template <std::size_t I, class... T>
using nth = typename decltype(detail::find_entry<I>(
    static_cast<const detail::entries<std::index_sequence_for<T...>, T...>*>(nullptr)))::type;

/// The I-th value of a pack.
template <std::size_t I, class T>
CONTRASTIVE_FN constexpr T& part(detail::cell<I, T>& c) {
  return c.value;
}
template <std::size_t I, class T>
CONTRASTIVE_FN constexpr const T& part(const detail::cell<I, T>& c) {
  return c.value;
}

namespace detail {
/// The name of the I-th of many: "0" … "999".
template <std::size_t I>
  requires(I < 1000)
inline constexpr char digits[4] = {char('0' + (I < 10    ? I
                                               : I < 100 ? I / 10
                                                         : I / 100)),
                                   I < 10 ? '\0' : char('0' + (I < 100 ? I : I / 10) % 10),
                                   I < 100 ? '\0' : char('0' + I % 10), '\0'};
}    // namespace detail

/// What a pack is: a value for each index. `members` walks packs of equal length in step; the names are the indices.
template <class, class...>
struct indexed_pack;
template <std::size_t... I, class... T>
struct indexed_pack<std::index_sequence<I...>, T...> : detail::cell<I, T>... {
  static constexpr std::size_t count = sizeof...(T);

  /// f(name of the child, that child of every pack)
  static constexpr void members(auto&& f, auto&... packs) {
    auto child = [&]<std::size_t K>(std::integral_constant<std::size_t, K>) {
      f(detail::digits<K>, part<K>(packs)...);
    };
    (child(std::integral_constant<std::size_t, I>{}), ...);
    (void)child;
  }
};
/// Some values, one of each type, that part<I> reads: what layers in a row have, each its own.
template <class... T>
using pack = indexed_pack<std::index_sequence_for<T...>, T...>;

namespace detail {
/// Calls f(integral_constant<0>), … f(integral_constant<N - 1>).
template <std::size_t N>
CONTRASTIVE_FN constexpr void for_each_index(auto&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
  }(std::make_index_sequence<N>{});
}
}    // namespace detail

}    // namespace contrastive

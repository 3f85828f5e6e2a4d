// SPDX-License-Identifier: MIT
#pragma once
// Memory is planned: a place hands out addresses; without memory it only counts, at compile time.
#include <contrastive/core/fields.hpp>
#include <contrastive/core/operand.hpp>
#include <contrastive/core/pack.hpp>

#include <algorithm>
#include <array>

namespace contrastive {

namespace detail {
constexpr std::size_t round_up(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

/// Bytes that do not depend on the number of rows, and bytes for each row.
struct footprint {
  std::size_t fixed = 0, row = 0;
  constexpr std::size_t bytes(std::size_t rows) const { return fixed + row * rows; }
};
}    // namespace detail

/// Where memory is handed out from: a fixed part, and a part that grows with the number of rows.
///
/// An address is base + offset × rows, so one compile-time plan serves every batch size. Anything of 64 bytes or more
/// is aligned to 64; short rows (labels, sums of a row) lie densely.
template <class Backend>
struct place {
  static constexpr std::size_t line = 64;
  using raw = typename Backend::template address<std::byte>;
  raw fixed{}, batch{};
  std::size_t rows = 0, fixed_used = 0, row_used = 0;

  template <class E>
  constexpr auto take_fixed(std::size_t count) {
    const std::size_t at = detail::round_up(fixed_used, line);
    fixed_used = at + count * sizeof(E);
    return at_offset<E>(fixed, at);
  }
  template <class E>
  constexpr auto take_rows(std::size_t count) {
    const std::size_t bytes = count * sizeof(E), at = detail::round_up(row_used, bytes < line ? sizeof(E) : line);
    row_used = at + bytes;
    return at_offset<E>(batch, at * rows);
  }
  constexpr place from(detail::footprint start) const { return {fixed, batch, rows, start.fixed, start.row}; }
  /// What is left, as a place of its own.
  constexpr place rest() const {
    const std::size_t f = detail::round_up(fixed_used, line), r = detail::round_up(row_used, line);
    return {fixed ? fixed + f : raw{}, batch ? batch + r * rows : raw{}, rows};
  }
  constexpr detail::footprint used() const {
    return {detail::round_up(fixed_used, line), detail::round_up(row_used, line)};
  }
  constexpr void skip(detail::footprint f) {
    fixed_used = detail::round_up(fixed_used, line) + f.fixed;
    row_used = detail::round_up(row_used, line) + f.row;
  }

 private:
  template <class E>
  static constexpr auto at_offset(raw base, std::size_t offset) {
    using address = typename Backend::template address<E>;
    return base ? Backend::template address_as<E>(base + offset) : address{};
  }
};

/// Gives every leaf of `t` its address, in the order of `members`, or of its fields where it names no members: names
/// are for what stands in files (parameters, statistics, configurations).
template <class B, class T>
constexpr void put(place<B>& where, T& t) {
  if constexpr (requires { t.place_in(where); }) t.place_in(where);
  else if constexpr (!detail::NamesMembers<T>) detail::each_field(t, [&](auto& m) { put(where, m); });
  else {
    std::size_t seen = 0;
    T::members(
        [&](const char*, auto& m) {
          put(where, m);
          seen += detail::round_up(sizeof m, alignof(T));
        },
        t);
    if (seen < sizeof(T) && !std::is_empty_v<T>)
      throw "members() of this type leaves out a member";    // at compile time
  }
}

namespace detail {
/// What a T needs of a place.
template <class T, class B>
constexpr footprint footprint_of() {
  place<B> counting;
  T t{};
  put(counting, t);
  return counting.used();
}
/// A T whose leaves have their addresses, from the beginning of `where`.
template <class T, class B>
constexpr T made_at(place<B> where) {
  T t{};
  put(where, t);
  return t;
}
}    // namespace detail

// ---- lifetimes: greedy first fit, in the given order ----------------------------------------------------------------

namespace detail {
struct lifetime {
  std::size_t size;
  int first, last;
};
constexpr bool meet(const lifetime& a, const lifetime& b) { return a.first <= b.last && b.first <= a.last; }
/// What has its place already.
struct resident {
  lifetime of;
  std::size_t offset;
};
template <std::size_t N>
struct placement {
  std::array<std::size_t, N + 1> offset{};
  std::size_t total = 0;
};

/// Lays things over each other, and over residents, whose lifetimes do not meet.
template <std::size_t N, std::size_t M = 0>
constexpr placement<N> first_fit(const std::array<lifetime, N>& things, const std::array<resident, M>& residents = {}) {
  placement<N> plan;
  for (const resident& r : residents) plan.total = std::max(plan.total, r.offset + r.of.size);
  // where thing i may lie at the earliest, if not at `at`
  auto pushed = [&](std::size_t i, std::size_t at) {
    auto in_the_way = [&](const lifetime& other, std::size_t offset) {
      return meet(things[i], other) && at < offset + other.size && offset < at + things[i].size;
    };
    for (const resident& r : residents)
      if (in_the_way(r.of, r.offset)) return r.offset + r.of.size;
    for (std::size_t j = 0; j < i; ++j)
      if (in_the_way(things[j], plan.offset[j])) return plan.offset[j] + things[j].size;
    return at;
  };
  for (std::size_t i = 0; i < N; ++i) {
    std::size_t at = 0;
    for (std::size_t next = pushed(i, at); next != at; next = pushed(i, at)) at = next;
    plan.offset[i] = at;
    plan.total = std::max(plan.total, at + things[i].size);
  }
  return plan;
}
}    // namespace detail

}    // namespace contrastive

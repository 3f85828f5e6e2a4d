// SPDX-License-Identifier: MIT
#pragma once
// Operands: an address, a number of rows, static extents. Row-major (n, h, w, c), always.
//
// Above the backend line an operand's extents are in its type; below it there are addresses, strides and counts
// (`strided`), so that a backend compiles an operation once and not once for every shape.
#include <contrastive/core/shape.hpp>
#include <contrastive/core/wanted.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace contrastive {

/// An address is empty by default, testable, moves by elements and knows their type: E*, or {buffer, offset}.
template <class A>
concept Address = std::default_initializable<A> && requires(A a, std::size_t n) {
  a ? 1 : 0;
  { a + n } -> std::same_as<A>;
};

namespace detail {
template <class A>
struct element_of_address {
  using type = typename A::element;
};
template <class E>
struct element_of_address<E*> {
  using type = std::remove_cv_t<E>;
};

/// The type of the numbers at an address.
template <class A>
using element_of = typename detail::element_of_address<std::remove_cvref_t<A>>::type;
}    // namespace detail

/// Places in the order (n, h, w, c): counts of a grid, or where one is in it.
struct index4 {
  int n = 1, h = 1, w = 1, c = 1;
  CONTRASTIVE_FN constexpr std::size_t size() const {
    return std::size_t(n) * std::size_t(h) * std::size_t(w) * std::size_t(c);
  }
  CONTRASTIVE_FN constexpr index4 at(std::size_t i) const {
    const auto within = [](std::size_t j, int extent) { return int(j % std::size_t(extent)); };
    const std::size_t pixel = i / std::size_t(c), line = pixel / std::size_t(w);
    return {int(line / std::size_t(h)), within(line, h), within(pixel, w), within(i, c)};
  }
  bool operator==(const index4&) const = default;
};

/// What a backend sees of an operand. A stride of zero reads the same element all along that axis.
template <Address A>
struct strided {
  A data{};
  std::ptrdiff_t n = 0, h = 0, w = 0, c = 0;

  CONTRASTIVE_FN constexpr std::ptrdiff_t offset(int i, int j, int k, int l) const {
    return i * n + j * h + k * w + l * c;
  }
  CONTRASTIVE_FN decltype(auto) operator()(int i, int j, int k, int l) const { return data[offset(i, j, k, l)]; }
  bool operator==(const strided&) const = default;
};

/// Memory with extents, row-major: (rows, height, width, channels), or without rows (weights of one filter, sums).
template <Address A, bool HasRows, int Height, int Width, int Channels>
struct operand {
  using address = A;
  static constexpr int height = Height, width = Width, channels = Channels;
  static constexpr extents space{HasRows, Height, Width, Channels};
  static constexpr std::size_t row_size = std::size_t(Height) * Width * Channels;
  A data{};
  int rows = 1;

  constexpr std::size_t size() const { return std::size_t(rows) * row_size; }
  constexpr index4 grid() const { return {rows, Height, Width, Channels}; }
  constexpr strided<A> below() const {
    return {data, HasRows ? std::ptrdiff_t(row_size) : 0, Height > 1 ? Width * Channels : 0, Width > 1 ? Channels : 0,
            Channels > 1 ? 1 : 0};
  }
  /// Rows first … first + count - 1.
  constexpr operand slice(int first, int count) const { return {data + std::size_t(first) * row_size, count}; }
};

/// Some channels of an operand, where they lie: map, reduce and launch read and write them. Pixels are `Pitch` elements
/// apart, so it is no matrix.
template <Address A, bool HasRows, int Height, int Width, int Channels, int Pitch>
struct channel_operand {
  using address = A;
  static constexpr int height = Height, width = Width, channels = Channels, pitch = Pitch;
  static constexpr extents space{HasRows, Height, Width, Channels};
  A data{};
  int rows = 1;

  constexpr index4 grid() const { return {rows, Height, Width, Channels}; }
  constexpr strided<A> below() const {
    return {data, HasRows ? std::ptrdiff_t(Height) * Width * Pitch : 0, Height > 1 ? Width * Pitch : 0,
            Width > 1 ? Pitch : 0, Channels > 1 ? 1 : 0};
  }
};

namespace detail {
template <class T>
inline constexpr bool is_operand = false;
template <class A, bool R, int H, int W, int C>
inline constexpr bool is_operand<operand<A, R, H, W, C>> = true;
template <class A, bool R, int H, int W, int C, int P>
inline constexpr bool is_operand<channel_operand<A, R, H, W, C, P>> = true;
}    // namespace detail
/// An operand, or what knows itself as one: tensors, parameters.
template <class T>
concept Operand = detail::is_operand<std::remove_cvref_t<T>> || requires(const T& t) { t.as_operand(); };

/// The operand that a tensor or a parameter is; an operand is its own.
template <Operand T>
constexpr auto operand_of(const T& t) {
  if constexpr (detail::is_operand<T>) return t;
  else return t.as_operand();
}
namespace detail {
template <Operand T>
using operand_type = decltype(operand_of(std::declval<const std::remove_cvref_t<T>&>()));

/// Pixels of an operand lie `pitch` elements apart: all channels, or those of the whole that some are taken from.
template <class V>
constexpr int pitch_of() {
  if constexpr (requires { V::pitch; }) return V::pitch;
  else return V::channels;
}
template <int First, int Count, int Channels>
struct takes_channels {
  static constexpr bool value = First >= 0 && Count > 0 && First + Count <= Channels;
  static_assert(value, "channels<First, Count>(t) takes channels that t has: First + Count is at most their number");
};
template <class V>
struct lies_densely {
  static constexpr bool value = !requires { V::pitch; };
  static_assert(value,
                "some channels of an operand do not lie side by side and are no matrix or column: map them into a "
                "tensor of their own first");
};
/// The operand of what lies densely; whatever follows a refusal gets no memory.
template <Operand T>
constexpr auto dense(const T& t) {
  const auto v = operand_of(t);
  using V = decltype(v);
  [[maybe_unused]] constexpr bool asserted = lies_densely<V>::value;
  if constexpr (!requires { V::pitch; }) return v;
  else return operand<typename V::address, V::space.rows, V::height, V::width, V::channels>{};
}
}    // namespace detail

/// The channels First … First + Count - 1 of an operand, to be read or written by map, reduce and launch.
///
///     map(ctx, z, channels<0, 32>(code) + exp(0.5 * channels<32, 32>(code)) * noise);    // (n, 32)
template <int First, int Count, Operand T>
constexpr auto channels(const T& t) {
  const auto v = operand_of(t);
  using V = decltype(v);
  [[maybe_unused]] constexpr bool all_there = detail::takes_channels<First, Count, V::channels>::value;
  return channel_operand<typename V::address, V::space.rows, V::height, V::width, Count, detail::pitch_of<V>()>{
      v.data + std::size_t(First), v.rows};
}

/// The same memory as one long column of elements: what updates that look at no shape are written for.
template <Operand T>
constexpr auto flat(const T& t) {
  const auto v = detail::dense(t);
  return operand<typename decltype(v)::address, true, 1, 1, 1>{v.data, int(v.size())};    // (size)
}

/// A matrix for gemm: row-major as stored; `transposed` reads it the other way round.
template <Address A>
struct matrix_operand {
  A data{};
  int rows = 0, columns = 0;
  bool transposed = false;
};
/// The same numbers, read the other way round by gemm.
template <class A>
constexpr matrix_operand<A> transpose(matrix_operand<A> m) {
  m.transposed = !m.transposed;
  return m;
}
/// A row of the matrix is a row of the operand: (n, h·w·c).
template <Operand T>
constexpr auto by_row(const T& t) {
  if constexpr (!wanted<T>) return no_gradient{};
  else {
    const auto v = detail::dense(t);
    return matrix_operand<typename decltype(v)::address>{v.data, v.rows, int(v.row_size)};
  }
}
namespace detail {
/// A row of the matrix is a pixel of the operand: (n·h·w, c).
template <Operand T>
constexpr auto by_pixel(const T& t) {
  if constexpr (!wanted<T>) return no_gradient{};
  else {
    const auto v = detail::dense(t);
    return matrix_operand<typename decltype(v)::address>{v.data, v.rows * v.height * v.width, v.channels};
  }
}
}    // namespace detail

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Shapes: the static extents of one sample, of a filter, of a channel vector. Everything is row-major.
#include <contrastive/core/macros.hpp>

#include <concepts>
#include <cstddef>

namespace contrastive {

/// Height and width of a window or of a margin; one number is both.
struct sides {
  int height, width;
  constexpr sides(int both) : height(both), width(both) {}
  constexpr sides(int h, int w) : height(h), width(w) {}
  friend constexpr sides operator/(sides s, int n) { return {s.height / n, s.width / n}; }
  bool operator==(const sides&) const = default;
};

/// One sample: (height, width, channels), channels innermost.
template <int Height, int Width, int Channels>
struct image {
  static_assert(Height > 0 && Width > 0 && Channels > 0, "an image has at least one pixel and one channel");
  static constexpr int rows = 1, height = Height, width = Width, channels = Channels, pixels = Height * Width;
  static constexpr std::size_t size = std::size_t(pixels) * Channels;
};

/// A vector: an image of one pixel.
template <int Channels>
using features = image<1, 1, Channels>;

/// The weights of a convolution or of a linear layer: (out, height, width, in).
template <int Out, int Height, int Width, int In>
struct filter {
  static constexpr int rows = Out, height = Height, width = Width, channels = In;
  static constexpr std::size_t size = std::size_t(Out) * Height * Width * In;
};

/// One number per channel: (c).
template <int Channels>
using per_channel = filter<1, 1, 1, Channels>;

/// Static extents: an image, features, a filter, one number per channel.
template <class S>
concept Shape = requires {
  { S::rows } -> std::convertible_to<int>;
  { S::height } -> std::convertible_to<int>;
  { S::width } -> std::convertible_to<int>;
  { S::channels } -> std::convertible_to<int>;
  { S::size } -> std::convertible_to<std::size_t>;
};

/// What an operand covers. One = the same value all along that axis.
struct extents {
  bool rows = false;
  int height = 1, width = 1, channels = 1;
  bool operator==(const extents&) const = default;
};

namespace detail {
constexpr bool fits(int smaller, int larger) { return smaller == 1 || smaller == larger; }
constexpr bool fits(extents smaller, extents larger) {
  return smaller.rows <= larger.rows && fits(smaller.height, larger.height) && fits(smaller.width, larger.width) &&
         fits(smaller.channels, larger.channels);
}
constexpr int larger(int a, int b) { return a > b ? a : b; }
constexpr extents join(extents a, extents b) {
  return {a.rows || b.rows, larger(a.height, b.height), larger(a.width, b.width), larger(a.channels, b.channels)};
}
constexpr bool agree(extents a, extents b) { return fits(a, join(a, b)) && fits(b, join(a, b)); }
}    // namespace detail

}    // namespace contrastive

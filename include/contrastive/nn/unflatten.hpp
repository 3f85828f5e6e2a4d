// SPDX-License-Identifier: MIT
#pragma once
// A vector as an image: where a decoder begins.
#include <contrastive/net/layer.hpp>

namespace contrastive {

namespace detail {
template <int Height, int Width, int Channels, class In>
struct vector_of_that_size {
  static_assert(never<In>, "unflatten<Height, Width, Channels> takes vectors of Height * Width * Channels numbers");
};
}    // namespace detail

/// A vector in the order (h, w, c) as an image, what `flatten` undoes. Input (n, h·w·c), output (n, h, w, c).
///
///     using decoder = ct::sequential<ct::linear<7 * 7 * 32>, ct::relu, ct::unflatten<7, 7, 32>, …>;
template <int Height, int Width, int Channels>
struct unflatten {
  template <class In>
    requires(In::pixels == 1 && In::channels == Height * Width * Channels)
  using output = image<Height, Width, Channels>;
  template <class In>
  using refusal = detail::vector_of_that_size<Height, Width, Channels, In>;

  static void forward(auto& ctx, const auto&, const auto& x, auto& y) { map(ctx, flat(y), flat(x)); }
  static void backward(auto& ctx, const auto&, const auto&, const auto&, const auto& dy, auto& dx) {
    if constexpr (wanted<decltype(dx)>) map(ctx, flat(dx), flat(dy));
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// What an augmentation declares, and what its body receives.
//
// An augmentation is an empty type. `draw` chooses a few numbers for one view of one image on the host, where every
// machine draws the same; `apply` makes the pixels of a whole batch on the device from them. Images are (n, h, w, c)
// with values in [0, 1].
//
//     struct random_invert {
//       struct config {
//         double probability = 0.5;
//         static constexpr void members(auto&& f, auto&... c) { f("probability", c.probability...); }
//       };
//       template <class In>
//       using output = In;
//       static std::array<float, 1> draw(const config& c, random_stream& random, image_size) {
//         return {random.bernoulli(c.probability) ? 1.f : 0.f};
//       }
//       static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
//         map(ctx, y, x + own.drawn[0] * (1 - 2 * x));    // (n, h, w, c)
//       }
//     };
#include <contrastive/core/declared.hpp>
#include <contrastive/net/layer.hpp>

#include <array>
#include <string>

namespace contrastive {

/// The image that a view is drawn for.
struct image_size {
  int height = 1, width = 1, channels = 1;
};
namespace detail {
template <Shape In>
inline constexpr image_size image_size_of{In::height, In::width, In::channels};
}    // namespace detail

/// What leaves [0, 1] is cut off there.
constexpr auto unit_range(const auto& e) { return minimum(maximum(e, 0), 1); }

// ---- what an augmentation may declare -------------------------------------------------------------------------------

namespace detail {
template <class T>
inline constexpr int floats_in = -1;
template <std::size_t N>
inline constexpr int floats_in<std::array<float, N>> = int(N);

/// `draw(config, random, size)` returns its numbers as std::array<float, N>. One that draws nothing is deterministic.
template <class A>
concept Draws = requires(const config_of<A>& config, random_stream& random, image_size size) {
  requires detail::floats_in<decltype(A::draw(config, random, size))> > 0;
};

/// How many numbers a view takes.
template <class A>
constexpr int numbers_drawn() {
  if constexpr (Draws<A>)
    return detail::floats_in<decltype(A::draw(std::declval<const config_of<A>&>(), std::declval<random_stream&>(),
                                              image_size{}))>;
  else return 0;
}
}    // namespace detail

/// `reads_bytes = true`: as the first of its list it takes images as they are stored, 0 … 255; others get them in
/// [0, 1].
template <class A>
constexpr bool reads_bytes() {
  if constexpr (requires { A::reads_bytes; }) return A::reads_bytes;
  else return false;
}

namespace detail {
inline void require_probability(const char* of, double p) {
  if (!(p >= 0 && p <= 1))
    throw argument_error(std::string(of) + " needs a probability of 0 … 1; it has " + std::to_string(p));
}

template <class A, class B, class In>
using constants_in = typename A::template constants<B, In>;

/// What `prepare(device, config, constants)` computes once and leaves on the device.
template <class A, class B, class In>
using constants_of = detail::declared_or<nothing, detail::constants_in, A, B, In>;
}    // namespace detail

/// An augmentation that mixes red, green and blue inherits its shape rule from here.
struct needs_color {
  template <class In>
    requires(In::channels == 3)
  using output = In;
  template <class In>
  struct refusal {
    static_assert(detail::never<In>,
                  "this augmentation mixes red, green and blue: it needs images of three channels; for others "
                  "take it out of the views, or use intensity_jitter");
  };
};

// ---- what a body receives -------------------------------------------------------------------------------------------

/// The numbers of a batch on the device: drawn[k] holds the k-th number of every image, (n).
template <class Backend, int Count>
struct drawn_numbers {
  typename Backend::template address<float> data{};
  int rows = 0;

  constexpr auto operator[](int k) const {
    if (k < 0 || k >= Count)
      throw argument_error("an augmentation reads its number " + std::to_string(k) + ", but draws " +
                           std::to_string(Count));
    return operand<decltype(data), true, 1, 1, 1>{data + std::size_t(k) * std::size_t(rows), rows};
  }
  /// As scratch: memory for numbers that are computed instead of drawn.
  constexpr void place_in(auto& place) {
    data = place.template take_rows<float>(Count);
    rows = int(place.rows);
  }
};
template <class Backend>
struct drawn_numbers<Backend, 0> : nothing {};

namespace detail {
/// The second argument of `apply` and `evaluate`.
template <class Config, class Drawn, class Constants, class Scratch>
struct augmentation_slot {
  const Config& config;
  const Drawn& drawn;
  const Constants& constants;
  Scratch& scratch;
};
template <class C, class D, class K, class S>
augmentation_slot(const C&, const D&, const K&, S&) -> augmentation_slot<C, D, K, S>;
}    // namespace detail

}    // namespace contrastive

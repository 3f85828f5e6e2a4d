// SPDX-License-Identifier: MIT
#pragma once
// Left and right exchanged, at random.
#include <contrastive/augment/augmentation.hpp>
#include <contrastive/core/exactly.hpp>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(flip_width, (int width), (auto y, auto x, auto flip),
  y(n, h, w, c) = x(n, h, flip(n, 0, 0, 0) > 0 ? width - 1 - w : w, c);)
}    // namespace detail
// clang-format on

/// Mirrors an image with some probability. Input and output: (n, h, w, c).
struct horizontal_flip {
  struct config {
    double probability = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("probability", c.probability...); }
  };
  template <class In>
  using output = In;

  static void validate(const config& c) { detail::require_probability("horizontal_flip", c.probability); }
  static std::array<float, 1> draw(const config& c, random_stream& random, image_size) {
    return {random.bernoulli(c.probability) ? 1.f : 0.f};
  }
  static bool within(const config&, image_size, const std::array<float, 1>& flip) {
    return detail::is_exactly(flip[0], 0.f) || detail::is_exactly(flip[0], 1.f);
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    launch<detail::flip_width>(ctx, operand_of(y).grid(), {shape_of<decltype(x)>::width}, y, x, own.drawn[0]);
  }
};

}    // namespace contrastive

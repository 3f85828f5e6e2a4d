// SPDX-License-Identifier: MIT
#pragma once
// The color taken away, at random.
#include <contrastive/augment/augmentation.hpp>
#include <contrastive/core/exactly.hpp>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(take_color_away, (int red, int green, int blue), (auto y, auto x, auto chosen),
  real gray = ((real)red * x(n, h, w, 0) + (real)green * x(n, h, w, 1) + (real)blue * x(n, h, w, 2)) / 10000;
  y(n, h, w, c) = chosen(n, 0, 0, 0) > 0 ? gray : x(n, h, w, c);)
}    // namespace detail
// clang-format on

/// With some probability each pixel becomes its gray, three times over (torchvision's RandomGrayscale). Input and
/// output: (n, h, w, 3).
struct random_grayscale : needs_color {
  struct config {
    double probability = 0.2;    // SimCLR
    static constexpr void members(auto&& f, auto&... c) { f("probability", c.probability...); }
  };

  static void validate(const config& c) { detail::require_probability("random_grayscale", c.probability); }
  static std::array<float, 1> draw(const config& c, random_stream& random, image_size) {
    return {random.bernoulli(c.probability) ? 1.f : 0.f};
  }
  static bool within(const config&, image_size, const std::array<float, 1>& gray) {
    return detail::is_exactly(gray[0], 0.f) || detail::is_exactly(gray[0], 1.f);
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    launch<detail::take_color_away>(ctx, operand_of(y).grid(), {2989, 5870, 1140}, y, x, own.drawn[0]);
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// What is bright turned into its negative, at random.
#include <contrastive/augment/augmentation.hpp>
#include <contrastive/core/exactly.hpp>

#include <cmath>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(invert_bright, (int white), (auto y, auto x, auto threshold),
  real value = x(n, h, w, c);
  y(n, h, w, c) = value < threshold(n, 0, 0, 0) ? value : (real)white - value;)
}    // namespace detail
// clang-format on

/// With some probability every value from the threshold on becomes 1 − x (torchvision's RandomSolarize; BYOL's second
/// view has a probability of 0.2). Input and output: (n, h, w, c) in [0, 1].
struct solarize {
  struct config {
    double threshold = 0.5, probability = 0.2;
    static constexpr void members(auto&& f, auto&... c) {
      f("threshold", c.threshold...);
      f("probability", c.probability...);
    }
  };
  template <class In>
  using output = In;
  static constexpr float never_reached = 1e30f;

  static void validate(const config& c) {
    detail::require_probability("solarize", c.probability);
    if (!std::isfinite(c.threshold))
      throw argument_error("solarize needs a finite threshold; it has " + std::to_string(c.threshold));
  }
  /// The threshold.
  static std::array<float, 1> draw(const config& c, random_stream& random, image_size) {
    return {random.bernoulli(c.probability) ? float(c.threshold) : never_reached};
  }
  static bool within(const config& c, image_size, const std::array<float, 1>& threshold) {
    return detail::is_exactly(threshold[0], float(c.threshold)) || detail::is_exactly(threshold[0], never_reached);
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    launch<detail::invert_bright>(ctx, operand_of(y).grid(), {1}, y, x, own.drawn[0]);    // (n, h, w, c)
  }
};

}    // namespace contrastive

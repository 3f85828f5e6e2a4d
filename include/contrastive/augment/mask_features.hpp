// SPDX-License-Identifier: MIT
#pragma once
// Values left out at random: an augmentation of tables and signals.
#include <contrastive/augment/random_values.hpp>

#include <cmath>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(mask_values, (), (auto y, auto x, auto u, auto probability, auto value),
  y(n, h, w, c) = u(n, h, w, c) < probability(n, 0, 0, 0) ? value(n, 0, 0, 0) : x(n, h, w, c);)
}    // namespace detail
// clang-format on

/// With some probability each value of a view becomes another one, by itself: the mean of its column, say, which is 0
/// where columns are standardized. Input and output: (n, h, w, c), of any size and unit. Evaluated samples keep all.
/// (SCARF, Bahri et al. 2022, draws the other value from its column instead.)
struct mask_features {
  struct config {
    double probability = 0.3, value = 0;
    static constexpr void members(auto&& f, auto&... c) {
      f("probability", c.probability...);
      f("value", c.value...);
    }
  };
  template <class In>
  using output = In;
  template <class B, class In>
  using scratch = tensor<B, In>;    // uniform

  static void validate(const config& c) {
    detail::require_probability("mask_features", c.probability);
    if (!std::isfinite(c.value))
      throw argument_error("mask_features needs a finite value; it has " + std::to_string(c.value));
  }
  /// The key of the view's numbers, probability, value.
  static std::array<float, 6> draw(const config& c, random_stream& random, image_size) {
    const auto [a, b, d, e] = detail::draw_key(random);
    return {a, b, d, e, float(c.probability), float(c.value)};
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    detail::fill_uniform(ctx, own.scratch, own.drawn, 0);
    launch<detail::mask_values>(ctx, operand_of(y).grid(), y, x, own.scratch, own.drawn[4],
                                own.drawn[5]);    // (n, h, w, c)
  }
};

}    // namespace contrastive

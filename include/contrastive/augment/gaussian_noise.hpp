// SPDX-License-Identifier: MIT
#pragma once
// Noise on every value: an augmentation of tables and signals.
#include <contrastive/augment/random_values.hpp>

#include <cmath>

namespace contrastive {

/// x + deviation · a standard normal number, another for every value of every view. Input and output: (n, h, w, c), of
/// any size and unit; an image's values may leave [0, 1]. Evaluated samples get none.
///
///     using augmentations = ct::views<ct::gaussian_noise, ct::mask_features>;
struct gaussian_noise {
  struct config {
    double deviation = 0.1;    // in the unit of the values
    static constexpr void members(auto&& f, auto&... c) { f("deviation", c.deviation...); }
  };
  template <class In>
  using output = In;
  template <class B, class In>
  struct scratch {
    tensor<B, In> u, v;    // uniform
    static constexpr void members(auto&& f, auto&... s) {
      f("u", s.u...);
      f("v", s.v...);
    }
  };

  static void validate(const config& c) {
    if (!(c.deviation >= 0 && std::isfinite(c.deviation)))
      throw argument_error("gaussian_noise needs a finite deviation of at least 0; it has " +
                           std::to_string(c.deviation));
  }
  /// The key of the view's numbers.
  static detail::drawn_key draw(const config&, random_stream& random, image_size) { return detail::draw_key(random); }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    const auto &u = own.scratch.u, &v = own.scratch.v;
    detail::fill_uniform(ctx, u, own.drawn, 0);
    detail::fill_uniform(ctx, v, own.drawn, 1);
    map(ctx, y, x + own.config.deviation * detail::normal_of(expression_of(u), expression_of(v)));    // (n, h, w, c)
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Brightness and contrast changed at random: the part of color jitter that every channel count has.
#include <contrastive/augment/gray.hpp>

#include <cmath>

namespace contrastive {

/// With some probability scales an image's intensity and its distance from its mean gray, in random order
/// (torchvision's ColorJitter without saturation and hue). Input and output: (n, h, w, c) in [0, 1], any number of
/// channels.
///
/// Brightness: x·f. Contrast: x·f + m·(1 − f), m the mean of the gray image. Each result is cut to [0, 1]. Factors are
/// uniform in [max(0, 1 − strength), 1 + strength].
struct intensity_jitter {
  struct config {
    double brightness = 0.4, contrast = 0.4;    // strengths
    double probability = 0.8;
    static constexpr void members(auto&& f, auto&... c) {
      f("brightness", c.brightness...);
      f("contrast", c.contrast...);
      f("probability", c.probability...);
    }
  };
  template <class In>
  using output = In;

  template <class B, class In>
  using constants = line_of_channels<B, In>;    // each value's share of the mean gray
  template <class B, class In>
  using scratch = tensor<B, features<1>>;    // the mean gray

  static void validate(const config& c) {
    detail::require_probability("intensity_jitter", c.probability);
    if (!(c.brightness >= 0 && c.contrast >= 0 && std::isfinite(c.brightness + c.contrast)))
      throw argument_error("intensity_jitter needs strengths of at least 0; it has brightness " +
                           std::to_string(c.brightness) + " and contrast " + std::to_string(c.contrast));
  }
  template <class B, class In>
  static void prepare(B& device, const config&, line_of_channels<B, In>& share) {
    detail::fill_with_gray_shares(device, share);
  }

  /// Brightness before contrast, contrast, brightness after it. One of the two is 1, which says the order.
  static std::array<float, 3> draw(const config& c, random_stream& random, image_size) {
    if (!random.bernoulli(c.probability)) return {1, 1, 1};
    const float brightness = detail::drawn_factor(c.brightness, random);
    const float contrast = detail::drawn_factor(c.contrast, random);
    if (random.bernoulli(0.5)) return {brightness, contrast, 1};
    return {1, contrast, brightness};
  }
  static bool within(const config& c, image_size, const std::array<float, 3>& f) {
    return detail::is_factor_of(c.brightness, f[0]) && detail::is_factor_of(c.contrast, f[1]) &&
           detail::is_factor_of(c.brightness, f[2]);
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    const auto& mean = own.scratch;
    const auto before = own.drawn[0], contrast = own.drawn[1], after = own.drawn[2];    // (n) each
    const auto bright = unit_range(by_line(x) * before);
    reduce<fold::sum>(ctx, mean, bright * own.constants);                                               // (n)
    map(ctx, by_line(y), unit_range(unit_range(bright * contrast + mean * (1 - contrast)) * after));    // (n, h, w, c)
  }
};

}    // namespace contrastive

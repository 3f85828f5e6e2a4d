// SPDX-License-Identifier: MIT
#pragma once
// Brightness, contrast, saturation and hue changed at random, in random order: SimCLR's color distortion.
#include <contrastive/augment/gray.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace contrastive {

// The changes before contrast (part 0), or contrast and those after it (part 1): between them the mean gray is summed.
// Digits of `order`, base 4, the first one lowest: 0 brightness, 1 contrast, 2 saturation, 3 hue. A factor of 1 and a
// hue of 0 leave a pixel as it is. The hue's hexagon: a channel that lies k sixths of a turn behind the hue is
// v − d·clamp(min(k, 4 − k), 0, 1), v the largest channel and d the distance to the smallest.
// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(change_colors, (int part),
  (auto y, auto x, auto brightness, auto contrast, auto saturation, auto hue, auto order, auto mean),
  real r = x(n, h, w, 0);
  real g = x(n, h, w, 1);
  real b = x(n, h, w, 2);
  int reached = 0;
  for (int k = 0; k < 4; ++k) {
    int what = ((int)order(n, 0, 0, 0) >> 2 * k) & 3;
    if (what == 1) reached = 1;
    if (reached == part && what < 3) {
      real f = what == 0 ? brightness(n, 0, 0, 0) : what == 1 ? contrast(n, 0, 0, 0) : saturation(n, 0, 0, 0);
      real toward = 0;
      if (what == 1) toward = mean(n, 0, 0, 0);
      if (what == 2) toward = (2989 * r + 5870 * g + 1140 * b) / 10000;
      if (f != 1) {
        r = f * r + (1 - f) * toward;
        g = f * g + (1 - f) * toward;
        b = f * b + (1 - f) * toward;
        r = r < 0 ? 0 : r > 1 ? 1 : r;
        g = g < 0 ? 0 : g > 1 ? 1 : g;
        b = b < 0 ? 0 : b > 1 ? 1 : b;
      }
    }
    if (reached == part && what == 3 && hue(n, 0, 0, 0) != 0) {
      real v = r > g ? r : g;
      real low = r > g ? g : r;
      if (b > v) v = b;
      if (b < low) low = b;
      real d = v - low;
      if (d > 0) {
        real turn = v == r ? (g - b) / d : v == g ? 2 + (b - r) / d : 4 + (r - g) / d;
        turn += 6 * hue(n, 0, 0, 0);
        for (int j = 0; j < 3; ++j) {
          real behind = (real)(5 - 2 * j) + turn;
          behind -= 6 * (real)floor(behind / 6);
          if (behind > 4 - behind) behind = 4 - behind;
          real changed = v - d * (behind < 1 ? behind : 1);
          changed = behind > 0 ? (changed < 0 ? 0 : changed > 1 ? 1 : changed) : v;
          if (j == 0) r = changed;
          if (j == 1) g = changed;
          if (j == 2) b = changed;
        }
      }
    }
  }
  y(n, h, w, 0) = r;
  y(n, h, w, 1) = g;
  y(n, h, w, 2) = b;)
}    // namespace detail
// clang-format on

/// With some probability changes brightness, contrast, saturation and hue in random order (torchvision's ColorJitter on
/// floats, in a RandomApply). Input and output: (n, h, w, 3) in [0, 1].
///
/// Brightness x·f, contrast x·f + m·(1 − f) with m the image's mean gray, saturation x·f + gray(x)·(1 − f), each cut to
/// [0, 1], factors uniform in [max(0, 1 − strength), 1 + strength]; hue turned by a uniform part of a circle in
/// [−strength, strength]. The defaults are SimCLR's at strength 0.5, which is usual on small images; doubled,
/// ImageNet's.
struct color_jitter : needs_color {
  struct config {
    double brightness = 0.4, contrast = 0.4, saturation = 0.4, hue = 0.1;    // strengths; hue: at most 0.5
    double probability = 0.8;
    static constexpr void members(auto&& f, auto&... c) {
      f("brightness", c.brightness...);
      f("contrast", c.contrast...);
      f("saturation", c.saturation...);
      f("hue", c.hue...);
      f("probability", c.probability...);
    }
  };
  template <class B, class In>
  using constants = line_of_channels<B, In>;    // each value's share of the mean gray
  template <class B, class In>
  using scratch = tensor<B, features<1>>;    // the mean gray

  static void validate(const config& c) {
    detail::require_probability("color_jitter", c.probability);
    const double factors = std::min({c.brightness, c.contrast, c.saturation});
    if (!(factors >= 0 && c.hue >= 0 && c.hue <= 0.5 && std::isfinite(c.brightness + c.contrast + c.saturation)))
      throw argument_error("color_jitter needs strengths of at least 0, hue of at most 0.5; it has brightness " +
                           std::to_string(c.brightness) + ", contrast " + std::to_string(c.contrast) + ", saturation " +
                           std::to_string(c.saturation) + " and hue " + std::to_string(c.hue));
  }
  template <class B, class In>
  static void prepare(B& device, const config&, line_of_channels<B, In>& share) {
    detail::fill_with_gray_shares(device, share);
  }

  /// Factors of brightness, contrast and saturation, the turn of the hue, the order.
  static std::array<float, 5> draw(const config& c, random_stream& random, image_size) {
    if (!random.bernoulli(c.probability)) return {1, 1, 1, 0, order_of({0, 1, 2, 3})};
    std::array<int, 4> order{0, 1, 2, 3};
    for (std::uint32_t i = 3; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);    // Fisher and Yates
    const float brightness = detail::drawn_factor(c.brightness, random);
    const float contrast = detail::drawn_factor(c.contrast, random);
    const float saturation = detail::drawn_factor(c.saturation, random);
    return {brightness, contrast, saturation, float(random.uniform(-c.hue, c.hue)), order_of(order)};
  }
  static bool within(const config& c, image_size, const std::array<float, 5>& f) {
    return detail::is_factor_of(c.brightness, f[0]) && detail::is_factor_of(c.contrast, f[1]) &&
           detail::is_factor_of(c.saturation, f[2]) && std::abs(double(f[3])) <= c.hue + 1e-6 &&
           in_some_order(int(f[4]));
  }

  /// The number that says an order of brightness 0, contrast 1, saturation 2 and hue 3.
  static constexpr float order_of(const std::array<int, 4>& what) {
    return float(what[0] + 4 * what[1] + 16 * what[2] + 64 * what[3]);
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    const auto& mean = own.scratch;
    const auto& f = own.drawn;
    const index4 pixels{x.rows, In::height, In::width, 1};
    launch<detail::change_colors>(ctx, pixels, {0}, y, x, f[0], f[1], f[2], f[3], f[4], mean);    // (n, h, w, 3)
    reduce<fold::sum>(ctx, mean, by_line(y) * own.constants);                                     // (n)
    launch<detail::change_colors>(ctx, pixels, {1}, y, y, f[0], f[1], f[2], f[3], f[4], mean);    // (n, h, w, 3)
  }

 private:
  static constexpr bool in_some_order(int code) {
    int seen = 0;
    for (int k = 0; k < 4; ++k) seen |= 1 << (code >> 2 * k & 3);
    return code >= 0 && code < 256 && seen == 15;
  }
};

}    // namespace contrastive

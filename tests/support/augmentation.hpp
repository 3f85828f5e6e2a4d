// SPDX-License-Identifier: MIT
#pragma once
// What the tests of augmentations and of views share: stored images, a user's augmentation.
#include <contrastive/augment/normalize.hpp>
#include <contrastive/testing/augmentation_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/golden.hpp"

#include <cstdint>
#include <vector>

namespace augmentation_support {

namespace ct = contrastive;
using element = device::element;
using bytes = std::vector<std::uint8_t>;

inline bytes stored(const golden_tensor& x) {
  bytes pixels;
  for (double v : x.values) pixels.push_back(std::uint8_t(v));
  return pixels;
}
inline std::vector<element> in_unit_range(const bytes& pixels) {
  std::vector<double> values;
  for (std::uint8_t v : pixels) values.push_back(v / 255.);
  return {values.begin(), values.end()};
}
inline std::vector<element> elements(const std::vector<double>& values) { return {values.begin(), values.end()}; }

inline bytes random_pixels(std::size_t count) {
  ct::random_stream random{3, {.what = ct::purpose::test}};
  bytes pixels(count);
  for (auto& p : pixels) p = std::uint8_t(random.below(256));
  return pixels;
}
inline std::vector<int> numbered(int first, int count) {
  std::vector<int> samples(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = first + int(i);
  return samples;
}
/// Values from … to − 1 of a result.
template <class T>
std::vector<T> part(const std::vector<T>& all, std::size_t from, std::size_t count) {
  return {all.begin() + std::ptrdiff_t(from), all.begin() + std::ptrdiff_t(from + count)};
}

inline const ct::normalize::config fashion{.mean = 0.286, .deviation = 0.353};
inline const ct::normalize::config color{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}};

/// An augmentation as a user writes it.
struct random_invert {
  struct config {
    double probability = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("probability", c.probability...); }
  };
  template <class In>
  using output = In;
  static std::array<float, 1> draw(const config& c, ct::random_stream& random, ct::image_size) {
    return {random.bernoulli(c.probability) ? 1.f : 0.f};
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    map(ctx, y, x + own.drawn[0] * (1 - 2 * x));    // (n, h, w, c)
  }
};

}    // namespace augmentation_support

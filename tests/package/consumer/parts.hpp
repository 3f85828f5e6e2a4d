// SPDX-License-Identifier: MIT
#pragma once
// Somebody's own parts: a layer, a loss, an augmentation and a data set.
#include <array>
#include <contrastive/contrastive.hpp>
#include <cstdint>
#include <vector>

namespace own {
namespace ct = contrastive;

// y = x · weight, a weight for each channel
struct channel_scale {
  template <class In>
  using output = In;
  template <class B, class In>
  struct params {
    ct::parameter<B, ct::per_channel<In::channels>, ct::role::scale> weight;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...); }
  };
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) { map(ctx, y, x * own.params.weight); }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    reduce<ct::fold::sum>(ctx, own.grads.weight, dy * x);    // (c)
    map(ctx, dx, dy * own.params.weight);                    // (n, h, w, c)
  }
};

// positives as near to 1 and negatives as near to 0 as can be, both squared
struct squared_cosines {
  struct config {
    double temperature = 1;
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
  static constexpr bool needs_labels = false;
  static constexpr auto anchor(const auto& pairs, const config&) {
    return mean(pairs.positives(square(1 - pairs.s))) + mean(pairs.negatives(square(pairs.s)));
  }
};

// every view is shifted to another brightness
CONTRASTIVE_KERNEL(brighten, (), (auto y, auto x, auto by), y(n, h, w, c) = x(n, h, w, c) + by(n, 0, 0, 0);)
struct brightness {
  struct config {
    double most = 0.2;
    static constexpr void members(auto&& f, auto&... c) { f("most", c.most...); }
  };
  template <class In>
  using output = In;
  static std::array<float, 1> draw(const config& c, ct::random_stream& random, ct::image_size) {
    return {float(random.uniform(-c.most, c.most))};
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    launch<brighten>(ctx, operand_of(y).grid(), y, x, own.drawn[0]);
  }
};

// 64 images of 8 × 8 pixels
struct patterns {
  using sample = ct::image<8, 8, 1>;
  std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(64 * sample::size);    // (64, 8, 8, 1)
  patterns() {
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * i % 251);
  }
  std::size_t size() const { return pixels.size() / sample::size; }
  const std::uint8_t* image_at(std::size_t i) const { return pixels.data() + i * sample::size; }
};
}    // namespace own

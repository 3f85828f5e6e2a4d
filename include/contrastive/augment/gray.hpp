// SPDX-License-Identifier: MIT
#pragma once
// The gray of a pixel, as torchvision weights red, green and blue.
#include <contrastive/augment/by_line.hpp>

namespace contrastive::detail {

// torchvision's gray for three channels, else all channels alike
template <int Channels>
constexpr double gray_share(int channel) {
  constexpr double red_green_blue[] = {0.2989, 0.587, 0.114};
  if constexpr (Channels == 3) return red_green_blue[channel];
  else return 1. / Channels;
}

/// Each value's share of an image's mean gray.
template <class B, Shape In>
void fill_with_gray_shares(B& device, line_of_channels<B, In>& share) {
  share.fill(device, [](int channel) { return gray_share<In::channels>(channel) / In::pixels; });
}

/// Factors of a strength: uniform in [max(0, 1 − strength), 1 + strength].
inline float drawn_factor(double strength, random_stream& random) {
  return float(random.uniform(strength < 1 ? 1 - strength : 0., 1 + strength));
}
inline bool is_factor_of(double strength, float x) {
  return x >= 0 && (x < 1 ? 1 - double(x) : double(x) - 1) <= strength + 1e-6;
}

}    // namespace contrastive::detail

// SPDX-License-Identifier: MIT
#pragma once
// Every channel shifted and scaled by numbers of the data set, in training and in evaluation.
#include <contrastive/augment/by_line.hpp>
#include <contrastive/augment/channel_values.hpp>

#include <cmath>

namespace contrastive {

/// (x − mean) / deviation, per channel. Input (n, h, w, c) in [0, 1]; it draws nothing, so evaluated images get it too.
///
///     views<…>::config{normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}}
struct normalize {
  struct config {
    channel_values mean = 0.;         // of values in [0, 1]
    channel_values deviation = 1.;    // standard deviation, positive
    static constexpr void members(auto&& f, auto&... c) {
      f("mean", c.mean...);
      f("deviation", c.deviation...);
    }
  };
  template <class In>
  using output = In;

  template <class B, class In>
  struct constants {
    line_of_channels<B, In> mean, scale;
    static constexpr void members(auto&& f, auto&... k) {
      f("mean", k.mean...);
      f("scale", k.scale...);
    }
  };
  template <class B, class In>
  static void prepare(B& device, const config& c, constants<B, In>& k) {
    k.mean.fill(device, [&](int channel) { return c.mean.of(channel, In::channels); });
    k.scale.fill(device, [&](int channel) { return 1 / positive(c.deviation.of(channel, In::channels)); });
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    map(ctx, by_line(y), (by_line(x) - own.constants.mean) * own.constants.scale);    // (n, h, w, c)
  }

  static double positive(double deviation) {
    if (!(deviation > 0 && std::isfinite(deviation)))
      throw argument_error("normalize needs positive deviations; it has " + std::to_string(deviation));
    return deviation;
  }
};

}    // namespace contrastive

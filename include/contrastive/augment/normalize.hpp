// SPDX-License-Identifier: MIT
#pragma once
// Every channel shifted and scaled by numbers of the data set, in training and in evaluation.
#include <contrastive/augment/augmentation.hpp>
#include <contrastive/augment/channel_values.hpp>

#include <cmath>

namespace contrastive {

/// (x − mean) / deviation, per channel. Input (n, h, w, c) in [0, 1]; it draws nothing, so evaluated images get it too.
///
///     views.config: normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}
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
    parameter<B, per_channel<In::channels>, role::scale> scale;
    parameter<B, per_channel<In::channels>, role::shift> mean;
    static constexpr void members(auto&& f, auto&... k) {
      f("scale", k.scale...);
      f("mean", k.mean...);
    }
  };

  template <class B, class In>
  static void prepare(B& device, const config& c, constants<B, In>& k) {
    std::array<typename B::element, std::size_t(In::channels)> mean, scale;
    for (int i = 0; i < In::channels; ++i) {
      mean[std::size_t(i)] = typename B::element(c.mean.of(i, In::channels));
      scale[std::size_t(i)] = typename B::element(1 / positive(c.deviation.of(i, In::channels)));
    }
    device.upload(k.mean.data, mean.data(), mean.size());
    device.upload(k.scale.data, scale.data(), scale.size());
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    map(ctx, y, (x - own.constants.mean) * own.constants.scale);    // (n, h, w, c)
  }

 private:
  static double positive(double deviation) {
    if (!(deviation > 0 && std::isfinite(deviation)))
      throw argument_error("normalize needs positive deviations; it has " + std::to_string(deviation));
    return deviation;
  }
};

}    // namespace contrastive

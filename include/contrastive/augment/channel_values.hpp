// SPDX-License-Identifier: MIT
#pragma once
// A number for every channel, or one for all of them.
#include <contrastive/core/error.hpp>
#include <contrastive/core/pack.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace contrastive {

/// Written `0.5` or `{0.49, 0.48, 0.45}`: one number for all channels, or as many as there are (at most 16).
struct channel_values {
  static constexpr std::size_t most = 16;
  std::array<double, most> value{};
  int count = 1;

  constexpr channel_values(double all) { value[0] = all; }
  constexpr channel_values(std::initializer_list<double> each) : count(int(each.size())) {
    if (each.size() == 0 || each.size() > most)
      throw argument_error("a list of channel values has 1 to 16 numbers; this one has " + std::to_string(each.size()));
    std::copy(each.begin(), each.end(), value.begin());
  }
  /// The value of a channel of images with that many channels.
  double of(int channel, int channels) const {
    if (count != 1 && count != channels)
      throw argument_error(std::to_string(count) + " channel values are given, but the images have " +
                           std::to_string(channels) + (channels == 1 ? " channel" : " channels"));
    return value[count == 1 ? 0 : std::size_t(channel)];
  }

  static constexpr void members(auto&& f, auto&... v) {
    f("count", v.count...);
    detail::for_each_index<most>([&](auto i) { f(detail::digits<i>, v.value[i]...); });
  }
  bool operator==(const channel_values&) const = default;
};

}    // namespace contrastive

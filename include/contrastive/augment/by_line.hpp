// SPDX-License-Identifier: MIT
#pragma once
// An image read line by line: its pixels and channels as one axis, so that numbers per channel make long vectors too.
#include <contrastive/augment/augmentation.hpp>

namespace contrastive {

/// One number for each channel, repeated for each pixel of a line; one alone where there is one channel.
template <class B, Shape In>
struct line_of_channels {
  static constexpr int length = In::channels == 1 ? 1 : In::width * In::channels;
  parameter<B, per_channel<length>, role::scale> values;
  static constexpr void members(auto&& f, auto&... l) { f("values", l.values...); }

  constexpr auto as_operand() const { return values.as_operand(); }    // (w·c)
  /// value_of(channel)
  void fill(B& device, auto&& value_of) {
    std::array<typename B::element, std::size_t(length)> line;
    for (int i = 0; i < length; ++i) line[std::size_t(i)] = typename B::element(value_of(i % In::channels));
    device.upload(values.data, line.data(), line.size());
  }
};

/// The same memory as (n, h, 1, w·c), to stand beside a line_of_channels; images of one channel stay as they are.
template <Operand T>
constexpr auto by_line(const T& t) {
  const auto v = operand_of(t);
  using V = decltype(v);
  if constexpr (V::channels == 1) return v;
  else return operand<typename V::address, true, V::height, 1, V::width * V::channels>{v.data, v.rows};
}

}    // namespace contrastive

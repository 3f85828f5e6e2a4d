// SPDX-License-Identifier: MIT
#pragma once
// What an image shall excite: a weighted sum of a layer's outputs. Every aim is linear, so its weights are its slope.
#include <contrastive/core/error.hpp>
#include <contrastive/core/matrix.hpp>
#include <contrastive/core/shape.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace contrastive {

namespace detail {
inline void require_place(const char* what, int found, int count) {
  if (found < 0 || found >= count)
    throw argument_error("an image is to excite " + std::string(what) + " " + std::to_string(found) +
                         " of a layer that has " + std::to_string(count) + " of them, counted from 0");
}
}    // namespace detail

/// An aim has units, an image for each; `number(i)` addresses what unit i draws, and `weigh<S>(i, to)` writes the
/// weights of its sum over a layer's outputs S into `to`, (h, w, c), which is zero.
template <class A>
concept Aim = requires(const A& aim, std::size_t unit, std::span<float> to) {
  { aim.units() } -> std::convertible_to<std::size_t>;
  { aim.number(unit) } -> std::convertible_to<std::uint32_t>;
  aim.template weigh<image<2, 2, 3>>(unit, to);
};

namespace aim {

/// The means of whole channels: what a filter looks for, wherever it stands (Olah et al. 2017, "channel").
///
///     ct::aim::channels{{0, 3, 5}}    ct::aim::channels::first(8)
struct channels {
  std::vector<int> numbers;

  static channels first(int count) {
    channels all{std::vector<int>(std::size_t(count < 0 ? 0 : count))};
    std::iota(all.numbers.begin(), all.numbers.end(), 0);
    return all;
  }
  std::size_t units() const { return numbers.size(); }
  std::uint32_t number(std::size_t unit) const { return std::uint32_t(numbers[unit]); }

  template <Shape S>
  void weigh(std::size_t unit, std::span<float> to) const {
    detail::require_place("channel", numbers[unit], S::channels);
    for (std::size_t p = 0; p < std::size_t(S::pixels); ++p)
      to[p * S::channels + std::size_t(numbers[unit])] = 1.f / float(S::pixels);
  }
};

/// One place of one channel; without row and column the middle one.
struct neuron {
  int channel = 0, row = -1, column = -1;
};

/// Single places of a layer's maps: what is looked for there, so the image shows it once (Olah et al. 2017, "neuron").
///
///     ct::aim::neurons{{{.channel = 3}, {.channel = 3, .row = 0, .column = 0}}}
struct neurons {
  std::vector<neuron> places;

  std::size_t units() const { return places.size(); }
  std::uint32_t number(std::size_t unit) const { return std::uint32_t(places[unit].channel); }

  template <Shape S>
  void weigh(std::size_t unit, std::span<float> to) const {
    const auto [channel, row, column] = places[unit];
    const int h = row == -1 ? S::height / 2 : row, w = column == -1 ? S::width / 2 : column;
    detail::require_place("channel", channel, S::channels);
    detail::require_place("row", h, S::height);
    detail::require_place("column", w, S::width);
    to[std::size_t((h * S::width + w) * S::channels + channel)] = 1;
  }
};

/// Directions of a layer's outputs, (directions, channels), each scaled to length 1: the product with the mean over
/// pixels (Olah et al. 2017, "direction"). A contrastive encoder has no class scores, but classes have directions.
///
///     ct::aim::directions{ct::class_directions(encoder.read(train))}
struct directions {
  matrix rows;

  std::size_t units() const { return rows.rows(); }
  std::uint32_t number(std::size_t unit) const { return std::uint32_t(unit); }

  template <Shape S>
  void weigh(std::size_t unit, std::span<float> to) const {
    if (rows.columns() != std::size_t(S::channels))
      throw argument_error("a direction of this layer has " + std::to_string(S::channels) + " numbers; found " +
                           std::to_string(rows.columns()));
    double square = 0;
    for (const float v : rows.row(unit)) square += double(v) * double(v);
    if (!(square > 0 && std::isfinite(square)))
      throw argument_error("a direction has a finite length above 0; row " + std::to_string(unit) + " has not");
    const double scale = 1 / (std::sqrt(square) * S::pixels);
    for (std::size_t p = 0; p < std::size_t(S::pixels); ++p)
      for (std::size_t c = 0; c < rows.columns(); ++c)
        to[p * rows.columns() + c] = float(double(rows(unit, c)) * scale);
  }
};

}    // namespace aim

}    // namespace contrastive

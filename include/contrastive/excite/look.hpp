// SPDX-License-Identifier: MIT
#pragma once
// A look at images that are a little moved, enlarged and turned, another one in each step; and the penalty of rough
// images.
#include <contrastive/augment/interval.hpp>
#include <contrastive/core/philox.hpp>
#include <contrastive/net/network.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace contrastive {

/// Where a look may stand: uniform shifts both ways, as a share of the longer side; uniform enlargements; uniform turns
/// in degrees, both ways. Outside of the image lies its starting color.
///
/// What excites a unit only where it stands to the pixel is noise that an encoder does not know of images (Olah et al.
/// 2017, "transformation robustness"; lucid: 8 and 4 of 128 pixels, 0.9 … 1.1, 10°).
struct looks {
  double jitter = 1. / 32;
  interval scale{0.9, 1.1};
  double rotation = 5;

  /// No change at all.
  static constexpr looks straight() { return {0, {1, 1}, 0}; }
  static constexpr void members(auto&& f, auto&... l) {
    f("jitter", l.jitter...), f("scale", l.scale...), f("rotation", l.rotation...);
  }
};

// place: the numbers of a look (a, b, top, c, d, left). Output pixel (h, w) sees the place (a·h + b·w + top,
// c·h + d·w + left) of x, a blend of the four pixels around it, zeros outside.
// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(moved_look, (int height, int width), (auto y, auto x, auto place),
  real from_h = place(n, 0, 0, 0) * (real)h + place(n, 0, 0, 1) * (real)w + place(n, 0, 0, 2);
  real from_w = place(n, 0, 0, 3) * (real)h + place(n, 0, 0, 4) * (real)w + place(n, 0, 0, 5);
  int top = (int)floor(from_h);
  int left = (int)floor(from_w);
  real sum = 0;
  for (int i = top; i < top + 2; ++i)
    for (int j = left; j < left + 2; ++j)
      if (i >= 0 && i < height && j >= 0 && j < width) {
        real down = i == top ? (real)(top + 1) - from_h : from_h - (real)top;
        real across = j == left ? (real)(left + 1) - from_w : from_w - (real)left;
        sum += down * across * x(n, i, j, c);
      }
  y(n, h, w, c) = sum;)

// the adjoint: a pixel gathers from the outputs that saw it, which stand within `reach` of where it is seen
CONTRASTIVE_KERNEL(moved_look_back, (int height, int width, int reach), (auto dx, auto dy, auto place),
  real a = place(n, 0, 0, 0); real b = place(n, 0, 0, 1);
  real e = place(n, 0, 0, 3); real d = place(n, 0, 0, 4);
  real down_by = (real)h - place(n, 0, 0, 2);
  real across_by = (real)w - place(n, 0, 0, 5);
  real area = a * d - b * e;
  int middle_h = (int)floor((d * down_by - b * across_by) / area);
  int middle_w = (int)floor((a * across_by - e * down_by) / area);
  real sum = 0;
  for (int i = middle_h - reach; i <= middle_h + reach + 1; ++i)
    for (int j = middle_w - reach; j <= middle_w + reach + 1; ++j)
      if (i >= 0 && i < height && j >= 0 && j < width) {
        real from_h = a * (real)i + b * (real)j + place(n, 0, 0, 2) - (real)h;
        real from_w = e * (real)i + d * (real)j + place(n, 0, 0, 5) - (real)w;
        real down = 1 - (from_h < 0 ? -from_h : from_h);
        real across = 1 - (from_w < 0 ? -from_w : from_w);
        if (down > 0 && across > 0) sum += down * across * dy(n, i, j, c);
      }
  dx(n, h, w, c) = sum;)

// the slope of Σ φ(x − neighbor) over all pairs of neighbors; φ' rises from −1 to 1 between differences of ±1 / steep
CONTRASTIVE_KERNEL(roughness_slope, (int height, int width, int steep), (auto y, auto x),
  real sum = 0;
  for (int k = 0; k < 4; ++k) {
    int i = h + (k == 0) - (k == 1);
    int j = w + (k == 2) - (k == 3);
    if (i < 0 || i >= height || j < 0 || j >= width) continue;
    real d = (x(n, h, w, c) - x(n, i, j, c)) * (real)steep;
    sum += d > 1 ? (real)1 : d < -1 ? (real)-1 : d;
  }
  y(n, h, w, c) = sum;)
}    // namespace detail
// clang-format on

namespace detail {

/// Below a difference of 1/64 the total variation is a parabola: it has a slope everywhere.
inline constexpr int steepness_of_variation = 64;

/// Numbers of the look at one image, as the kernels read them.
inline std::array<double, 6> draw_look(const looks& l, random_stream random, int height, int width) {
  const double most = l.jitter * std::max(height, width), down = random.uniform(-most, most),
               across = random.uniform(-most, most), scale = random.uniform(l.scale.from, l.scale.to),
               angle = random.uniform(-l.rotation, l.rotation) * (3.14159265358979323846 / 180);
  const double along = std::cos(angle) / scale, aside = std::sin(angle) / scale;
  const double middle_h = (height - 1) / 2., middle_w = (width - 1) / 2.;
  return {along, -aside, middle_h - along * middle_h + aside * middle_w + down,
          aside, along,  middle_w - aside * middle_h - along * middle_w + across};
}
/// How far outputs may stand from where a pixel is seen.
inline int reach_of(const looks& l) { return int(std::ceil(l.scale.to * std::sqrt(2.))); }

inline void validate(const looks& l) {
  if (!(l.jitter >= 0 && l.jitter <= 1 && l.scale.from > 0 && l.scale.from <= l.scale.to && l.scale.to <= 8 &&
        l.rotation >= 0 && l.rotation <= 180))
    throw argument_error(
        "looks need a jitter of 0 … 1, 0 < scale.from <= scale.to <= 8 and a rotation of 0 … 180; they have " +
        std::to_string(l.jitter) + ", " + std::to_string(l.scale.from) + " … " + std::to_string(l.scale.to) + " and " +
        std::to_string(l.rotation));
}

}    // namespace detail

}    // namespace contrastive

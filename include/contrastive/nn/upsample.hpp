// SPDX-License-Identifier: MIT
#pragma once
// Larger images: every pixel several times, or a bilinear blend of the four around it.
#include <contrastive/net/layer.hpp>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(repeat_pixels, (int factor), (auto y, auto x), y(n, h, w, c) = x(n, h / factor, w / factor, c);)

CONTRASTIVE_KERNEL(sum_of_repeated, (int factor), (auto dx, auto dy),
  real sum = 0;
  for (int r = 0; r < factor; ++r)
    for (int s = 0; s < factor; ++s) sum += dy(n, h * factor + r, w * factor + s, c);
  dx(n, h, w, c) = sum;)

// an output pixel's middle lies (2·h + 1 − factor) / (2·factor) pixels below the middle of the first input pixel, and
// not above it
CONTRASTIVE_KERNEL(blend_pixels, (int factor, int height, int width), (auto y, auto x),
  int i = 2 * h + 1 - factor; if (i < 0) i = 0;
  int j = 2 * w + 1 - factor; if (j < 0) j = 0;
  int unit = 2 * factor;
  int top = i / unit; int low = top + 1 < height ? top + 1 : top;
  int left = j / unit; int right = left + 1 < width ? left + 1 : left;
  real down = (real)(i % unit) / (real)(unit);
  real across = (real)(j % unit) / (real)(unit);
  y(n, h, w, c) = (1 - down) * ((1 - across) * x(n, top, left, c) + across * x(n, top, right, c)) +
                  down * ((1 - across) * x(n, low, left, c) + across * x(n, low, right, c));)

// the adjoint: a pixel gathers from all outputs that it was blended into
CONTRASTIVE_KERNEL(sum_of_blended, (int factor, int height, int width), (auto dx, auto dy),
  int unit = 2 * factor;
  real sum = 0;
  for (int i = (h > 0 ? h - 1 : 0) * factor; i < (h + 2) * factor && i < height * factor; ++i) {
    int above = 2 * i + 1 - factor; if (above < 0) above = 0;
    int top = above / unit; int low = top + 1 < height ? top + 1 : top;
    real down = (real)(above % unit) / (real)(unit);
    real line = (top == h ? 1 - down : 0) + (low == h ? down : 0);
    for (int j = (w > 0 ? w - 1 : 0) * factor; j < (w + 2) * factor && j < width * factor; ++j) {
      int before = 2 * j + 1 - factor; if (before < 0) before = 0;
      int left = before / unit; int right = left + 1 < width ? left + 1 : left;
      real across = (real)(before % unit) / (real)(unit);
      sum += line * ((left == w ? 1 - across : 0) + (right == w ? across : 0)) * dy(n, i, j, c);
    }
  }
  dx(n, h, w, c) = sum;)
}    // namespace detail
// clang-format on

namespace detail {
/// Which two lines of an image an enlarged one blends: (1 − share) · first + share · second.
struct blended_lines {
  int first, second;
  float share;
};

template <int Factor>
struct enlarging {
  static_assert(Factor > 0, "an image is enlarged by a positive factor");
  template <class In>
  using output = image<In::height * Factor, In::width * Factor, In::channels>;
};
}    // namespace detail

/// Every pixel Factor × Factor times, PyTorch's nearest. Input (n, h, w, c), output (n, Factor·h, Factor·w, c).
///
///     using decoder = ct::sequential<ct::linear<7 * 7 * 32>, ct::relu, ct::unflatten<7, 7, 32>,
///                                    ct::upsample<>, ct::conv2d<16, 3>, ct::batch_norm, ct::relu, …>;
template <int Factor = 2>
struct upsample : detail::enlarging<Factor> {
  static constexpr detail::blended_lines lines(int enlarged, int /*extent*/) {
    return {enlarged / Factor, enlarged / Factor, 0};
  }
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) {
    launch<detail::repeat_pixels>(ctx, operand_of(y).grid(), {Factor}, y, x);
  }
  static void backward(auto& ctx, const auto&, const auto& x, const auto&, const auto& dy, auto& dx) {
    launch<detail::sum_of_repeated>(ctx, operand_of(x).grid(), {Factor}, dx, dy);
  }
};

/// The same by bilinear interpolation, as PyTorch's with align_corners=False: pixels have their values in their middle,
/// and the outermost values go on to the edge. Shapes as upsample's.
template <int Factor = 2>
struct bilinear_upsample : detail::enlarging<Factor> {
  static constexpr detail::blended_lines lines(int enlarged, int extent) {
    constexpr int unit = 2 * Factor;
    const int from = 2 * enlarged + 1 > Factor ? 2 * enlarged + 1 - Factor : 0, first = from / unit;
    return {first, first + 1 < extent ? first + 1 : first, float(from % unit) / float(unit)};
  }
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    launch<detail::blend_pixels>(ctx, operand_of(y).grid(), {Factor, In::height, In::width}, y, x);
  }
  static void backward(auto& ctx, const auto&, const auto& x, const auto&, const auto& dy, auto& dx) {
    using In = shape_of<decltype(x)>;
    launch<detail::sum_of_blended>(ctx, operand_of(x).grid(), {Factor, In::height, In::width}, dx, dy);
  }
};

}    // namespace contrastive

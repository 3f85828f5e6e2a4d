// SPDX-License-Identifier: MIT
#pragma once
// Crop and resize: bilinear or bicubic with antialiasing, as torchvision and PIL do it.
//
// An output pixel is a mean of input pixels weighted by a triangle around its center, of half width max(1, in / out);
// taps end at the crop's border and are normalized. The same formula enlarges and shrinks. All positions are integers
// in units of 1 / (2 · out), 64 bits for long rows, so every device takes the same taps, and the only rounding is a
// division per weight.
// Bicubic weights are Keys' cubic (1981, a = −1/2) of twice that half width.
#include <contrastive/augment/augmentation.hpp>

#include <algorithm>

namespace contrastive {

// Place w of the table is output column w, then output row w − columns: (first input, count, weights…). `spread` is the
// width of the weights in units of `reach`: 2 the triangle, 4 the cubic. The triangle's values are whole numbers; the
// cubic's are doubled, which leaves whole numbers as coefficients.
// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(resize_taps, (int columns, int rows, int most, int spread),
  (auto table, auto top, auto left, auto height, auto width),
  int vertical = w >= columns;
  int out = vertical ? rows : columns;
  int in = (int)(vertical ? height(n, 0, 0, 0) : width(n, 0, 0, 0));
  int start = (int)(vertical ? top(n, 0, 0, 0) : left(n, 0, 0, 0));
  int reach = in > out ? in : out;
  long center = (long)in * (2 * (vertical ? w - columns : w) + 1);
  int first = (int)((center - (long)spread * reach + out) / (2 * out));
  long end = (center + (long)spread * reach + out) / (2 * out);
  if (first < 0) first = 0;
  int last = end < in ? (int)end : in;
  if (last > first + most) last = first + most;
  real sum = 0;
  for (int normalizing = 0; normalizing < 2; ++normalizing)
    for (int k = first; k < last; ++k) {
      int distance = (int)((long)(2 * k + 1) * out - center);
      if (distance < 0) distance = -distance;
      real x = (real)distance / (real)(2 * reach);
      real cubic = x < 1 ? (3 * x - 5) * x * x + 2 : x < 2 ? ((5 - x) * x - 8) * x + 4 : 0;
      real value = spread == 2 ? (real)(2 * reach - distance) : cubic;
      if (normalizing) table(n, 0, w, 2 + k - first) = value / sum;
      else sum += value;
    }
  table(n, 0, w, 0) = (real)(start + first);
  table(n, 0, w, 1) = (real)(last - first);)

// Every row of the crop gets its new width, and values in [0, 1]; other rows are left out.
CONTRASTIVE_KERNEL(resize_width, (int white), (auto y, auto x, auto table, auto top, auto height),
  int row = h - (int)top(n, 0, 0, 0);
  if (row >= 0 && row < (int)height(n, 0, 0, 0)) {
    int first = (int)table(n, 0, w, 0);
    int taps = (int)table(n, 0, w, 1);
    real sum = 0;
    for (int k = 0; k < taps; ++k) sum += table(n, 0, w, 2 + k) * (real)x(n, h, first + k, c);
    y(n, h, w, c) = sum / (real)white;
  })

CONTRASTIVE_KERNEL(resize_height, (int columns), (auto y, auto x, auto table),
  int first = (int)table(n, 0, columns + h, 0);
  int taps = (int)table(n, 0, columns + h, 1);
  real sum = 0;
  for (int k = 0; k < taps; ++k) sum += table(n, 0, columns + h, 2 + k) * x(n, first + k, w, c);
  y(n, h, w, c) = sum;)
}    // namespace detail
// clang-format on

/// How pixels between pixels are found.
enum class interpolation { bilinear, bicubic };

namespace detail {
/// Cuts a box out of every image and gives it the size of Out. In and Out: image<height, width, channels>.
template <Shape In, Shape Out, interpolation By = interpolation::bilinear>
struct box_resize {
  // a triangle of half width s covers at most ⌈2s⌉ pixels, two where it enlarges; a cubic twice as many
  static constexpr int spread = By == interpolation::bicubic ? 4 : 2;
  static constexpr int most_taps(int in, int out) { return std::max(spread, (spread * in + out - 1) / out); }
  static constexpr int taps = std::max(most_taps(In::height, Out::height), most_taps(In::width, Out::width));

  template <class B>
  struct scratch {
    tensor<B, image<1, Out::width + Out::height, 2 + taps>> table;
    tensor<B, image<In::height, Out::width, In::channels>> wide;
  };

  /// box: numbers (top, left, height, width) of every image, whole pixels inside the image. x: bytes, or values in
  /// [0, 1].
  static void run(auto& ctx, auto& scratch, const auto& box, const auto& x, auto& y) {
    const auto& [table, wide] = scratch;
    constexpr int white = std::is_same_v<typename std::remove_cvref_t<decltype(x)>::element, std::uint8_t> ? 255 : 1;
    const index4 places{x.rows, 1, Out::width + Out::height, 1};
    launch<detail::resize_taps>(ctx, places, {Out::width, Out::height, taps, spread}, table, box[0], box[1], box[2],
                                box[3]);
    const index4 rows = operand_of(wide).grid();
    launch<detail::resize_width>(ctx, rows, {white}, wide, x, table, box[0], box[2]);          // (n, h, w', c)
    launch<detail::resize_height>(ctx, operand_of(y).grid(), {Out::width}, y, wide, table);    // (n, h', w', c)
  }
};
}    // namespace detail

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// A window of the output's size somewhere on the image, which has a black margin.
#include <contrastive/augment/augmentation.hpp>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(look_through_window, (int height, int width, int white), (auto y, auto x, auto top, auto left),
  int row = h + (int)top(n, 0, 0, 0);
  int column = w + (int)left(n, 0, 0, 0);
  int inside = row >= 0 && row < height && column >= 0 && column < width;
  y(n, h, w, c) = inside ? (real)x(n, row, column, c) / (real)white : (real)0;)
}    // namespace detail
// clang-format on

/// A random Height × Width window of the image with a margin of `padding` black pixels on every side (torchvision's
/// RandomCrop with padding; He et al. 2015 on CIFAR-10). In evaluation the window lies in the middle.
///
/// Input (n, h, w, c), bytes or values in [0, 1]; output (n, Height, Width, c), without arguments of the input's size.
template <int Height = 0, int Width = Height>
struct random_crop {
  static_assert((Height > 0 && Width > 0) || (Height == 0 && Width == 0),
                "random_crop<height, width> makes images of at least one pixel");
  struct config {
    int padding = 4;    // pixels
    static constexpr void members(auto&& f, auto&... c) { f("padding", c.padding...); }
  };
  static constexpr bool reads_bytes = true;
  static constexpr int most_padding = 1 << 23;    // what is drawn is a float, which holds such numbers whole

  template <class In>
  using output = image<Height ? Height : In::height, Width ? Width : In::width, In::channels>;
  template <class B, class In>
  using scratch = drawn_numbers<B, 2>;    // in evaluation

  static void validate(const config& c) {
    if (c.padding < 0)
      throw argument_error("random_crop needs a padding of at least 0; it has " + std::to_string(c.padding));
    if (c.padding > most_padding)
      throw argument_error("random_crop needs a padding of at most " + std::to_string(most_padding) + "; it has " +
                           std::to_string(c.padding));
  }
  /// Top and left of the window, from −padding on.
  static std::array<float, 2> draw(const config& c, random_stream& random, image_size size) {
    const int rows = places(c, size.height, Height ? Height : size.height);
    const int columns = places(c, size.width, Width ? Width : size.width);
    const int top = int(random.below(std::uint32_t(rows))), left = int(random.below(std::uint32_t(columns)));
    return {float(top - c.padding), float(left - c.padding)};
  }
  static bool within(const config& c, image_size size, const std::array<float, 2>& at) {
    const float from = float(-c.padding);
    return at[0] >= from && at[0] < from + float(places(c, size.height, Height ? Height : size.height)) &&
           at[1] >= from && at[1] < from + float(places(c, size.width, Width ? Width : size.width));
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) { look(ctx, own.drawn, x, y); }
  static void evaluate(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    using Out = shape_of<decltype(y)>;
    map(ctx, own.scratch[0], middle(In::height, Out::height));    // (n)
    map(ctx, own.scratch[1], middle(In::width, Out::width));
    look(ctx, own.scratch, x, y);
  }

 private:
  static int places(const config& c, int in, int out) {
    if (in + 2 * c.padding < out)
      throw argument_error("random_crop cannot cut " + std::to_string(out) + " pixels out of " + std::to_string(in) +
                           " with a padding of " + std::to_string(c.padding));
    return in + 2 * c.padding - out + 1;
  }
  static constexpr int middle(int in, int out) { return in >= out ? (in - out) / 2 : -((out - in) / 2); }
  static void look(auto& ctx, const auto& at, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    constexpr int white = std::is_same_v<typename std::remove_cvref_t<decltype(x)>::element, std::uint8_t> ? 255 : 1;
    launch<detail::look_through_window>(ctx, operand_of(y).grid(), {In::height, In::width, white}, y, x, at[0], at[1]);
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// How numbers make an image, and how a slope of the image becomes one of the numbers: pixels or waves, colors, a
// sigmoid.
#include <contrastive/net/network.hpp>

#include <cmath>
#include <vector>

namespace contrastive {

// Place k of an axis to all places, or back: a sum over `extent` places. waves(0, k, i, 0): wave k at place i.
// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(waves_along_height, (int extent, int back), (auto y, auto x, auto waves),
  real sum = 0;
  for (int k = 0; k < extent; ++k) sum += (back ? waves(0, h, k, 0) : waves(0, k, h, 0)) * x(n, k, w, c);
  y(n, h, w, c) = sum;)

CONTRASTIVE_KERNEL(waves_along_width, (int extent, int back), (auto y, auto x, auto waves),
  real sum = 0;
  for (int k = 0; k < extent; ++k) sum += (back ? waves(0, w, k, 0) : waves(0, k, w, 0)) * x(n, h, k, c);
  y(n, h, w, c) = sum;)
}    // namespace detail
// clang-format on

namespace detail {

/// Wave k of an axis of n places: 0 the constant, 2j − 1 and 2j the cosine and sine of j cycles. All have length 1 and
/// are orthogonal.
inline int cycles_of_wave(int k) { return (k + 1) / 2; }
inline double wave(int k, int place, int n) {
  const int cycles = cycles_of_wave(k);
  const double angle = 2 * 3.14159265358979323846 * cycles * place / n;
  const bool alone = k == 0 || 2 * cycles == n;    // no sine beside it
  return std::sqrt((alone ? 1. : 2.) / n) * (k > 0 && k % 2 == 0 ? std::sin(angle) : std::cos(angle));
}

/// What a number of the wave (i, j) counts, after lucid: 1/f to that power, f in cycles per pixel and at least one
/// cycle per image. lucid's √(w·h) and the 1/(w·h) of its transform leave waves of length 1; √2/4 is its /4 with the
/// two halves of a complex pair in one number.
inline double wave_scale(int i, int j, int height, int width, double power) {
  const double y = double(cycles_of_wave(i)) / height, x = double(cycles_of_wave(j)) / width;
  const double lowest = 1. / std::max(height, width), frequency = std::max(std::sqrt(y * y + x * x), lowest);
  return std::sqrt(2.) / 4 / std::pow(frequency, power);
}

}    // namespace detail

namespace paint {

/// A number for each pixel: sharp, and often full of noise.
struct pixel {
  template <class B, class In>
  using memory_of = nothing;
  static void prepare(auto&, nothing&) {}
  static void forward(auto& ctx, const auto&, const auto& numbers, const auto&, const auto& y) {
    map(ctx, y, numbers + 0);    // (n, h, w, c)
  }
  static void backward(auto& ctx, const auto&, const auto& dy, const auto&, const auto& slope) {
    map(ctx, slope, dy + 0);    // (n, h, w, c)
  }
};

/// A number for each wave, slow waves counting for more: an Adam step then changes what is large in an image as much as
/// in photographs, whose spectrum falls as 1/f (Olah et al. 2017, "preconditioning"; lucid's `fft_image`).
struct fourier {
  static constexpr double power = 1;

  template <class B, class In>
  struct memory_of {
    parameter<B, filter<1, In::height, In::height, 1>, role::weight> down;
    parameter<B, filter<1, In::width, In::width, 1>, role::weight> across;
    parameter<B, filter<1, In::height, In::width, 1>, role::scale> scale;
  };
  template <class B, class In>
  static void prepare(B& device, memory_of<B, In>& own) {
    fill<In::height, In::height>(device, own.down, [](int k, int i) { return detail::wave(k, i, In::height); });
    fill<In::width, In::width>(device, own.across, [](int k, int i) { return detail::wave(k, i, In::width); });
    fill<In::height, In::width>(device, own.scale,
                                [](int i, int j) { return detail::wave_scale(i, j, In::height, In::width, power); });
  }
  static void forward(auto& ctx, const auto& own, const auto& numbers, const auto& between, const auto& y) {
    using In = shape_of<decltype(y)>;
    map(ctx, y, numbers * own.scale);    // (n, h, w, c)
    launch<detail::waves_along_width>(ctx, operand_of(y).grid(), {In::width, 0}, between, y, own.across);
    launch<detail::waves_along_height>(ctx, operand_of(y).grid(), {In::height, 0}, y, between, own.down);
  }
  static void backward(auto& ctx, const auto& own, const auto& dy, const auto& between, const auto& slope) {
    using In = shape_of<decltype(dy)>;
    launch<detail::waves_along_height>(ctx, operand_of(dy).grid(), {In::height, 1}, between, dy, own.down);
    launch<detail::waves_along_width>(ctx, operand_of(dy).grid(), {In::width, 1}, slope, between, own.across);
    map(ctx, slope, slope * own.scale);    // (n, h, w, c)
  }

 private:
  template <int Rows, int Columns>
  static void fill(auto& device, const auto& to, auto&& value) {
    using element = typename std::remove_cvref_t<decltype(device)>::element;
    std::vector<element> values;
    for (int i = 0; i < Rows; ++i)
      for (int j = 0; j < Columns; ++j) values.push_back(element(value(i, j)));
    device.upload(to.data, values.data(), values.size());
    device.finish();
  }
};

}    // namespace paint

namespace detail {

/// Red, green and blue of three numbers that vary apart in photographs: lucid's root of ImageNet's color correlation,
/// whose longest column has length 1.
inline std::vector<double> color_of_uncorrelated() {
  std::vector<double> m{.26, .09, .02, .27, 0, -.05, .27, -.09, .03};    // (rgb, number)
  double longest = 0;
  for (std::size_t k = 0; k < 3; ++k)
    longest = std::max(longest, std::sqrt(m[k] * m[k] + m[3 + k] * m[3 + k] + m[6 + k] * m[6 + k]));
  for (double& v : m) v /= longest;
  return m;
}

/// Numbers (n, h, w, c) to images in (0, 1) and back: Paint, then for three channels colors that are not correlated,
/// then σ(x + level): numbers of zero are an image of the color `level`.
template <class Device, class In, class Paint>
class canvas {
 public:
  static constexpr bool has_colors = In::channels == 3;
  using images = tensor<Device, In>;
  using element = typename Device::element;

  /// level: the mean color, in (0, 1), of each channel
  canvas(Device& device, std::size_t capacity, const std::vector<double>& level)
      : own_(device, 0), work_(device, capacity) {
    Paint::prepare(device, part<0>(own_.value));
    std::vector<element> shift;
    for (const double l : level) shift.push_back(element(std::log(l / (1 - l))));
    device.upload(part<1>(own_.value).data, shift.data(), shift.size());
    const auto mix = color_of_uncorrelated();
    const std::vector<element> mixed(mix.begin(), mix.end());
    device.upload(part<2>(own_.value).data, mixed.data(), mixed.size());
    device.finish();
  }

  void lay_out(Device& device, std::size_t rows) { work_.lay_out(device, rows); }
  const images& image() const { return work_.value.image; }

  /// Leaves the images in image().
  void forward(auto& ctx, const images& numbers) {
    auto& [image, between] = work_.value;
    Paint::forward(ctx, part<0>(own_.value), numbers, between, image);
    if constexpr (has_colors) {
      gemm(ctx, by_pixel(between), by_pixel(image), transpose(colors()));    // (n·h·w, 3)
      map(ctx, image, sigmoid(between + part<1>(own_.value)));               // (n, h, w, c)
    } else map(ctx, image, sigmoid(image + part<1>(own_.value)));            // (n, h, w, c)
  }
  /// From the slope of image() to that of the numbers; dy is overwritten.
  void backward(auto& ctx, const images& dy, const images& slope) {
    auto& [image, between] = work_.value;
    if constexpr (has_colors) {
      map(ctx, between, dy * (image * (1 - image)));           // (n, h, w, c)
      gemm(ctx, by_pixel(dy), by_pixel(between), colors());    // (n·h·w, 3)
    } else map(ctx, dy, dy * (image * (1 - image)));           // (n, h, w, c)
    Paint::backward(ctx, part<0>(own_.value), dy, between, slope);
  }

 private:
  auto colors() const {
    return matrix_operand<typename Device::template address<element>>{part<2>(own_.value).data, 3, 3};
  }
  struct work {
    images image, between;
  };
  memory<Device,
         pack<typename Paint::template memory_of<Device, In>, parameter<Device, per_channel<In::channels>, role::shift>,
              parameter<Device, filter<3, 1, 1, 3>, role::weight>>>
      own_;
  memory<Device, work> work_;
};

}    // namespace detail

}    // namespace contrastive

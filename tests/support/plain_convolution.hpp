// SPDX-License-Identifier: MIT
#pragma once
// Convolutions as plain loops in double: the oracle of the CPU's kernels.
#include <contrastive/backend/cpu/kernels/conv_shape.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

using numbers = std::vector<float>;

namespace plain {

using contrastive::on_cpu::conv_shape;

struct random_numbers {    // splitmix64
  std::uint64_t state;

  std::uint64_t bits() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int from(int low, int high) { return low + int(bits() % std::uint64_t(high - low + 1)); }
  float number() { return float(std::int64_t(bits() >> 40) - (1 << 23)) * 0x1p-23f; }    // −1 … 1
  numbers many(std::size_t n) {
    numbers x(n);
    for (float& a : x) a = number();
    return x;
  }
};

/// Every kernel from 1 to 7, stride from 1 to 4, padding below the kernel; 1 to 70 channels, 1 to 9 images, small ones.
inline conv_shape random_shape(random_numbers& random, bool rows) {
  for (;;) {
    const bool square = random.from(0, 3) > 0, common = random.from(0, 1) == 0;
    conv_shape s{.images = random.from(1, 9), .height = random.from(1, 13), .width = random.from(1, 13), .rows = rows};
    s.channels = rows ? random.from(1, 5) : random.from(1, 70);
    s.filters = random.from(1, 70);
    s.kernel_height = common ? 3 : random.from(1, 7);
    s.kernel_width = square ? s.kernel_height : random.from(1, 7);
    s.stride = common ? random.from(1, 2) : random.from(1, 4);
    s.padding_height = common ? 1 : random.from(0, s.kernel_height - 1);
    s.padding_width = common ? 1 : random.from(0, s.kernel_width - 1);
    if (s.kernel_width == 1) s.padding_width = 0;
    const bool fits = s.height + 2 * s.padding_height >= s.kernel_height &&
                      s.width + 2 * s.padding_width >= s.kernel_width;
    if (fits && double(s.images) * s.output_pixels() * s.taps() * s.channels * s.filters < 4e6) return s;
  }
}

inline std::string text(const conv_shape& s) {
  std::ostringstream out;
  out << s.images << " × " << s.height << " × " << s.width << " × " << s.channels << (s.rows ? " row-major" : "")
      << " to " << s.filters << ", kernel " << s.kernel_height << " × " << s.kernel_width << ", stride " << s.stride
      << ", padding " << s.padding_height << ", " << s.padding_width;
  return out.str();
}

/// Random operands of a shape and what the three passes make of them; everything row-major.
struct example {
  conv_shape shape;
  numbers x, w, dy;                 // (n, h, w, c), (k, r, s, c), (n, oh, ow, k)
  std::vector<double> y, dx, dw;    // like dy, x, w

  example(const conv_shape& s, random_numbers& random)
      : shape(s),
        x(random.many(std::size_t(s.images * s.input_pixels() * s.channels))),
        w(random.many(std::size_t(s.filters * s.taps() * s.channels))),
        dy(random.many(std::size_t(s.images * s.output_pixels() * s.filters))),
        y(dy.size()),
        dx(x.size()),
        dw(w.size()) {
    for (int n = 0; n < s.images; ++n)
      for (int oh = 0; oh < s.output_height(); ++oh)
        for (int ow = 0; ow < s.output_width(); ++ow)
          for (int r = 0; r < s.kernel_height; ++r)
            for (int t = 0; t < s.kernel_width; ++t) tap(n, oh, ow, r, t);
  }

 private:
  void tap(int n, int oh, int ow, int r, int t) {
    const conv_shape& s = shape;
    const int h = oh * s.stride - s.padding_height + r, v = ow * s.stride - s.padding_width + t;
    if (h < 0 || h >= s.height || v < 0 || v >= s.width) return;
    const std::size_t from = std::size_t((n * s.height + h) * s.width + v) * std::size_t(s.channels);
    const std::size_t to = std::size_t((n * s.output_height() + oh) * s.output_width() + ow) * std::size_t(s.filters);
    for (std::size_t k = 0; k < std::size_t(s.filters); ++k) {
      const std::size_t line = (k * std::size_t(s.taps()) + std::size_t(r * s.kernel_width + t)) *
                               std::size_t(s.channels);
      const double d = dy[to + k];
      double sum = 0;
      for (std::size_t c = 0; c < std::size_t(s.channels); ++c) {
        sum += double(x[from + c]) * w[line + c];
        dx[from + c] += d * w[line + c];
        dw[line + c] += d * x[from + c];
      }
      y[to + k] += sum;
    }
  }
};

/// The largest error, in 2⁻²⁴·√terms of the results' root mean square (of random numbers' where there are few results).
/// Results that no term reaches are exactly zero and do not count in that mean.
inline double error(const numbers& got, const std::vector<double>& expected, double terms) {
  if (got.size() != expected.size()) return HUGE_VAL;
  double worst = 0, squares = 0, reached = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    worst = std::max(worst, std::isfinite(got[i]) ? std::abs(got[i] - expected[i]) : HUGE_VAL);
    squares += expected[i] * expected[i];
    reached += expected[i] != 0;
  }
  const double rms = std::max(std::sqrt(squares / std::max(reached, 1.)), std::sqrt(terms) / 9);
  return worst / (0x1p-24 * std::sqrt(terms) * rms);
}

/// The error's root mean square, relative to the results'.
inline double relative_rms(const numbers& got, const std::vector<double>& expected) {
  if (got.size() != expected.size()) return HUGE_VAL;
  double errors = 0, squares = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double error = std::isfinite(got[i]) ? got[i] - expected[i] : HUGE_VAL;
    errors += error * error;
    squares += expected[i] * expected[i];
  }
  return std::sqrt(errors / squares);
}

// Plain versions of the private layout; padding lanes of inputs hold a number that must not matter.
inline numbers blocked(const numbers& rows, int images, int pixels, int channels) {
  numbers b(contrastive::on_cpu::blocked_size(images, pixels, channels), 7.f);
  for (int p = 0; p < images * pixels; ++p)
    for (int c = 0; c < channels; ++c)
      b[std::size_t((c / 32 * images * pixels + p) * 32 + c % 32)] = rows[std::size_t(p * channels + c)];
  return b;
}
// Fails (by NaN) where a padding lane is not zero.
inline numbers row_major(const numbers& b, int images, int pixels, int channels) {
  numbers rows(std::size_t(images * pixels * channels));
  for (int p = 0; p < images * pixels; ++p)
    for (int c = 0; c < contrastive::on_cpu::padded(channels); ++c) {
      const float z = b[std::size_t((c / 32 * images * pixels + p) * 32 + c % 32)];
      if (c < channels) rows[std::size_t(p * channels + c)] = z;
      else if (z != 0) rows[std::size_t(p * channels)] = NAN;
    }
  return rows;
}

}    // namespace plain

// SPDX-License-Identifier: MIT
// Views in one pass against plain loops in double, over random sizes, boxes and steps, for every instruction set.
#include <contrastive/backend/cpu/kernels/view_kernels.hpp>
#include <contrastive/core/philox.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

#include <cmath>
#include <cstdlib>

using namespace contrastive::on_cpu;
using contrastive::random_stream;

namespace {

/// An image in double, (h, w, c).
struct picture {
  int height, width, channels;
  std::vector<double> values = std::vector<double>(std::size_t(height * width * channels));
  double& operator()(int y, int x, int c) { return values[std::size_t((y * width + x) * channels + c)]; }
  double operator()(int y, int x, int c) const { return values[std::size_t((y * width + x) * channels + c)]; }
};

/// Weights of an output pixel: a triangle around its center, of half width max(1, in / out).
std::vector<double> triangle(int in, int out, int place) {
  const double scale = double(in) / out, reach = std::max(1., scale), center = (place + 0.5) * scale;
  std::vector<double> weights;
  double total = 0;
  for (int i = 0; i < in; ++i)
    weights.push_back(std::max(0., 1 - std::abs(i + 0.5 - center) / reach)), total += weights.back();
  for (double& w : weights) w /= total;
  return weights;
}
picture resized(const picture& x, const view_size& s, const view_recipe& r) {
  picture wide{r.height, s.width, s.channels}, y{s.height, s.width, s.channels};
  for (int w = 0; w < s.width; ++w) {
    const auto weights = triangle(r.width, s.width, r.flip ? s.width - 1 - w : w);
    for (int h = 0; h < r.height; ++h)
      for (int c = 0; c < s.channels; ++c)
        for (int i = 0; i < r.width; ++i) wide(h, w, c) += weights[std::size_t(i)] * x(r.top + h, r.left + i, c);
  }
  for (int h = 0; h < s.height; ++h) {
    const auto weights = triangle(r.height, s.height, h);
    for (int w = 0; w < s.width; ++w)
      for (int c = 0; c < s.channels; ++c)
        for (int i = 0; i < r.height; ++i) y(h, w, c) += weights[std::size_t(i)] * wide(i, w, c);
  }
  return y;
}

double cut(double v) { return std::min(std::max(v, 0.), 1.); }
double gray_of(const picture& x, int h, int w) {
  if (x.channels == 3) return 0.2989 * x(h, w, 0) + 0.587 * x(h, w, 1) + 0.114 * x(h, w, 2);
  double sum = 0;
  for (int c = 0; c < x.channels; ++c) sum += x(h, w, c) / x.channels;
  return sum;
}
void turn_hue(double& r, double& g, double& b, double turn) {    // by way of HSV
  const double v = std::max({r, g, b}), d = v - std::min({r, g, b});
  if (d == 0) return;
  double hue = v == r ? (g - b) / d : v == g ? 2 + (b - r) / d : 4 + (r - g) / d;
  hue = std::fmod(hue / 6 + turn + 2, 1.) * 6;
  const auto channel = [&](double n) {
    const double k = std::fmod(n + hue, 6.);
    return v - d * std::max(0., std::min({k, 4 - k, 1.}));
  };
  r = channel(5), g = channel(3), b = channel(1);
}
picture blurred(const picture& x, double sigma, int taps) {
  const auto along = [&](const picture& from, bool down) {
    picture to{x.height, x.width, x.channels};
    const int size = down ? x.height : x.width, middle = taps / 2;
    double total = 0;
    for (int k = 0; k < taps; ++k) total += std::exp(-0.5 * std::pow((k - middle) / sigma, 2));
    for (int h = 0; h < x.height; ++h)
      for (int w = 0; w < x.width; ++w)
        for (int k = 0; k < taps; ++k) {
          int at = (down ? h : w) + k - middle;
          at = at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
          const double weight = std::exp(-0.5 * std::pow((k - middle) / sigma, 2)) / total;
          for (int c = 0; c < x.channels; ++c) to(h, w, c) += weight * from(down ? at : h, down ? w : at, c);
        }
    return to;
  };
  return along(along(x, true), false);
}
void change(picture& x, const view_step& s) {
  const double f = double(s.amount);
  if (s.what == view_change::blur) {
    x = blurred(x, f, s.taps);
    return;
  }
  double mean = 0;
  for (int h = 0; h < x.height; ++h)
    for (int w = 0; w < x.width; ++w) mean += gray_of(x, h, w) / (x.height * x.width);
  for (int h = 0; h < x.height; ++h)
    for (int w = 0; w < x.width; ++w) {
      const double gray = gray_of(x, h, w);
      if (s.what == view_change::hue) turn_hue(x(h, w, 0), x(h, w, 1), x(h, w, 2), f);
      else
        for (int c = 0; c < x.channels; ++c) {
          double& v = x(h, w, c);
          if (s.what == view_change::brightness) v = cut(f * v);
          if (s.what == view_change::contrast) v = cut(f * v + (1 - f) * mean);
          if (s.what == view_change::saturation) v = cut(f * v + (1 - f) * gray);
          if (s.what == view_change::gray) v = gray;
          if (s.what == view_change::solarize) v = v < f ? v : 1 - v;
        }
    }
}

/// A random case: sizes 1 … 70, any box, up to six steps.
struct trial {
  random_stream random;
  int below(int n) { return int(random.below(std::uint32_t(n))); }

  view_size size() {
    constexpr int channels[] = {3, 3, 3, 1, 1, 2, 5};
    return {1 + below(70), 1 + below(70), channels[below(7)], 1 + below(50), 1 + below(50)};
  }
  view_recipe recipe(const view_size& s) {
    view_recipe r;
    r.height = 1 + below(s.in_height), r.width = 1 + below(s.in_width);
    r.top = below(s.in_height - r.height + 1), r.left = below(s.in_width - r.width + 1);
    r.flip = random.bernoulli(0.5);
    for (int i = below(7); i > 0; --i) r.add(step(s));
    return r;
  }
  view_step step(const view_size& s) {
    const int most = std::min({s.height, s.width, 9});
    const int taps = 2 * below((most + 1) / 2) + 1;
    const view_step steps[] = {{view_change::brightness, float(random.uniform(0, 2))},
                               {view_change::contrast, float(random.uniform(0, 2))},
                               {view_change::blur, float(random.uniform(0.2, 3)), taps},
                               {view_change::saturation, float(random.uniform(0, 2))},
                               {view_change::hue, float(random.uniform(-0.5, 0.5))},
                               {view_change::gray, 0}};
    return steps[below(s.channels == 3 ? 6 : 3)];
  }
};

std::vector<isa> sets() {
  std::vector<isa> all;
  for (isa set : {isa::portable, isa::avx2, isa::avx512})
    if (set <= best_isa()) all.push_back(set);
  return all;
}

/// The largest error of one case, over all sets and both kinds of source.
double worst_error(const view_size& s, const view_recipe& r, random_stream& random) {
  picture x{s.in_height, s.in_width, s.channels};
  std::vector<std::uint8_t> bytes;
  std::vector<float> values;
  for (double& v : x.values) {
    bytes.push_back(std::uint8_t(random.below(256)));
    v = bytes.back() / 255.;
    values.push_back(float(v));
  }
  picture y = resized(x, s, r);
  for (int i = 0; i < r.count; ++i) change(y, r.steps[std::size_t(i)]);
  std::vector<float> scale, shift;
  for (int c = 0; c < s.channels; ++c) scale.push_back(1 + 0.25f * float(c)), shift.push_back(-0.5f * float(c));
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const std::size_t c = i % std::size_t(s.channels);
    y.values[i] = y.values[i] * double(scale[c]) + double(shift[c]);
  }
  double worst = 0;
  for (isa set : sets())
    for (bool from_bytes : {true, false}) {
      view_workspace memory(s, 9);
      std::vector<float> out(y.values.size() + 1, 7.f);
      view_kernels_for(set).make(s, r, {from_bytes ? bytes.data() : nullptr, values.data()},
                                 {scale.data(), shift.data()}, out.data(), memory);
      if (out.back() != 7) return HUGE_VAL;    // something was written behind the view
      out.pop_back();
      worst = std::max(worst, max_abs_difference(out, y.values));
    }
  return worst;
}

}    // namespace

TEST_CASE("views in one pass equal plain loops in double, whatever their sizes, boxes and steps") {
  const int trials = std::getenv("CONTRASTIVE_WIDE") ? 2000 : 100;
  double worst = 0;
  for (int i = 0; i < trials; ++i) {
    trial t{random_stream{1, {.what = contrastive::purpose::test, .sample = std::uint32_t(i)}}};
    const view_size s = t.size();
    const view_recipe r = t.recipe(s);
    const double error = worst_error(s, r, t.random);
    INFO("trial " << i << ": " << s.in_height << " × " << s.in_width << " × " << s.channels << " → " << s.height
                  << " × " << s.width << ", " << r.count << " steps");
    CHECK(error < tolerance::augmentation);
    worst = std::max(worst, error);
  }
  INFO("the worst error: " << worst);
  CHECK(worst > 0);
}

TEST_CASE("views in one pass solarize from the threshold on") {
  const view_size s{1, 70, 1, 1, 70};
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 70; ++i) bytes.push_back(std::uint8_t(3 * i));
  view_recipe r{0, 0, 1, 70};
  r.add({view_change::solarize, 100.5f / 255});
  const float scale = 255, shift = 0;
  for (isa set : sets()) {
    view_workspace memory(s);
    std::vector<float> out(70);
    view_kernels_for(set).make(s, r, {bytes.data(), nullptr}, {&scale, &shift}, out.data(), memory);
    for (int i = 0; i < 70; ++i)
      CHECK(std::abs(out[std::size_t(i)] - float(3 * i < 100.5 ? 3 * i : 255 - 3 * i)) < 1e-3f);
  }
}

namespace {

/// A signal of one row that becomes `width` long, by each set.
std::vector<std::vector<float>> made_long(const std::vector<float>& x, int width, bool flip) {
  const view_size s{1, int(x.size()), 1, 1, width};
  view_recipe r{0, 0, 1, int(x.size())};
  r.flip = flip;
  const float scale = 1, shift = 0;
  std::vector<std::vector<float>> all;
  for (isa set : sets()) {
    view_workspace memory(s);
    std::vector<float> out(std::size_t(width), 0.f);
    view_kernels_for(set).make(s, r, {nullptr, x.data()}, {&scale, &shift}, out.data(), memory);
    all.push_back(out);
  }
  return all;
}

}    // namespace

TEST_CASE("views in one pass keep a signal as it is, however long") {
  for (const int width : {30000, 33000, 50000, 1000003}) {
    std::vector<float> x;
    for (int i = 0; i < width; ++i) x.push_back(float(i / 7 * 37 % 256) / 255);
    INFO("width " << width);
    for (const auto& y : made_long(x, width, false)) CHECK(y == x);
    std::reverse(x.begin(), x.end());
    const std::vector<float> mirrored(x.rbegin(), x.rend());
    for (const auto& y : made_long(x, width, true)) CHECK(y == mirrored);
  }
}

TEST_CASE("views in one pass shrink and enlarge a long ramp to a ramp") {
  for (const auto& [in, out] : {std::pair{100000, 11000}, {70000, 50000}, {20000, 90000}}) {
    std::vector<float> x;
    for (int i = 0; i < in; ++i) x.push_back((float(i) + 0.5f) / float(in));
    INFO(in << " to " << out);
    for (const auto& y : made_long(x, out, false)) {
      double worst = 0;
      for (int i = 20; i < out - 20; ++i)    // at the ends taps are missing
        worst = std::max(worst, std::abs(double(y[std::size_t(i)]) - (i + 0.5) / out));
      CHECK(worst < 1e-6);
    }
  }
}

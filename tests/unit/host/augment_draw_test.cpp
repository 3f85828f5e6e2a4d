// SPDX-License-Identifier: MIT
// Laws of the numbers that augmentations draw: where they lie, how they are distributed, at which address they are found.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/random_crop.hpp>
#include <contrastive/augment/random_grayscale.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/solarize.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/golden.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>

namespace ct = contrastive;
using crop = ct::random_resized_crop<>;
using jitter = ct::intensity_jitter;

namespace {

constexpr std::uint32_t draws = 100000;

ct::random_stream stream_of(std::uint32_t sample, std::uint32_t view = 0, std::uint32_t epoch = 0,
                            std::uint32_t place = 0) {
  return ct::random_key{.seed = 1, .epoch = epoch}.stream(ct::purpose::augment, place, sample, view);
}
std::vector<ct::detail::crop_box> boxes(const crop::config& c, ct::image_size size) {
  std::vector<ct::detail::crop_box> all;
  for (std::uint32_t i = 0; i < draws; ++i) {
    auto random = stream_of(i);
    all.push_back(crop::draw_box(c, random, size));
  }
  return all;
}
std::vector<std::array<float, 3>> factors(const jitter::config& c) {
  std::vector<std::array<float, 3>> all;
  for (std::uint32_t i = 0; i < draws; ++i) {
    auto random = stream_of(i);
    all.push_back(jitter::draw(c, random, {}));
  }
  return all;
}

/// Kolmogorov and Smirnov: √n · sup |F_n − F|. Above 1.95 once in a thousand.
double distance_from_uniform(std::vector<double> values, double from, double to) {
  std::sort(values.begin(), values.end());
  const auto n = double(values.size());
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double f = (values[i] - from) / (to - from);
    worst = std::max({worst, std::abs(f - double(i) / n), std::abs(f - double(i + 1) / n)});
  }
  return worst * std::sqrt(n);
}

/// How many of n, in standard deviations from n·p.
double deviations(double found, double n, double p) { return (found - n * p) / std::sqrt(n * p * (1 - p)); }

/// χ² of counts against probabilities, in standard deviations of its own; what is expected less than 5 times is one cell.
double chi_square_deviations(const std::vector<double>& found, const std::vector<double>& probability, double n) {
  double chi = 0, rest = 0, rest_expected = 0;
  int cells = 0;
  const auto add = [&](double f, double expected) { chi += (f - expected) * (f - expected) / expected, ++cells; };
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double expected = n * probability[i];
    if (expected >= 5) add(found[i], expected);
    else rest += found[i], rest_expected += expected;
  }
  if (rest_expected > 0) add(rest, rest_expected);
  return (chi - (cells - 1)) / std::sqrt(2. * (cells - 1));
}

using sizes = std::map<std::pair<int, int>, double>;    // (height, width)

/// The distribution of one try's sizes, by integration over (share, log ratio); the rest of the probability does not fit.
sizes distribution_of_a_try(const crop::config& c, ct::image_size size) {
  constexpr int grid = 2000;
  sizes p;
  for (int i = 0; i < grid; ++i)
    for (int j = 0; j < grid; ++j) {
      const double share = c.scale.from + (c.scale.to - c.scale.from) * (i + 0.5) / grid;
      const double ratio = c.ratio.from * std::pow(c.ratio.to / c.ratio.from, (j + 0.5) / grid);
      const double area = double(size.height) * size.width * share;
      const int h = int(std::lround(std::sqrt(area / ratio))), w = int(std::lround(std::sqrt(area * ratio)));
      if (h > 0 && h <= size.height && w > 0 && w <= size.width) p[{h, w}] += 1. / (double(grid) * grid);
    }
  return p;
}

void check_sizes(const crop::config& c, ct::image_size size, std::pair<int, int> fallback) {
  sizes p = distribution_of_a_try(c, size), found;
  double fits = 0;
  for (const auto& [which, probability] : p) fits += probability;
  const double none = std::pow(1 - fits, 10);    // ten tries
  for (auto& [which, probability] : p) probability *= (1 - none) / fits;
  p[fallback] += none;
  for (const auto& box : boxes(c, size)) found[{box.height, box.width}] += 1;
  std::vector<double> counts, probabilities;
  double known = 0;
  for (const auto& [which, probability] : p) {
    counts.push_back(found[which]);
    probabilities.push_back(probability);
    known += found[which];
  }
  CHECK(known >= draws - 5);    // the grid misses the rarest sizes
  CHECK(std::abs(chi_square_deviations(counts, probabilities, draws)) < 4);
}

}    // namespace

TEST_CASE("a crop's size is torchvision's for the same share and ratio") {
  const golden g = golden{"crop_parameters"}.of("try");
  const auto& given = g["draws"].values;
  const auto& size = g["size"].values;
  for (std::size_t i = 0; i < given.size() / 4; ++i) {
    const ct::image_size image{int(given[4 * i]), int(given[4 * i + 1]), 1};
    const ct::detail::crop_box box = ct::detail::box_of(given[4 * i + 2], given[4 * i + 3], image);
    INFO("try " << i);
    CHECK(box.height == size[3 * i]);
    CHECK(box.width == size[3 * i + 1]);
    CHECK(ct::detail::fits_in(box, image) == (size[3 * i + 2] == 1));
  }
}

TEST_CASE("where ten tries do not fit, the crop is torchvision's middle of the image") {
  const golden g = golden{"crop_parameters"}.of("fallback");
  const auto& given = g["given"].values;
  const auto& expected = g["crop"].values;
  for (std::size_t i = 0; i < given.size() / 4; ++i) {
    const crop::config c{.scale = {4, 4}, .ratio = {given[4 * i + 2], given[4 * i + 3]}};    // never fits
    auto random = stream_of(std::uint32_t(i));
    const auto box = crop::draw(c, random, {int(given[4 * i]), int(given[4 * i + 1]), 1});
    INFO("image " << i);
    CHECK(std::equal(box.begin(), box.end(), expected.begin() + std::ptrdiff_t(4 * i)));
  }
}

TEST_CASE("crops lie inside their images") {
  for (ct::image_size size : {ct::image_size{28, 28, 1}, {17, 23, 3}, {40, 5, 1}, {1, 1, 1}, {2, 300, 1}}) {
    int outside = 0;
    for (const auto& b : boxes({}, size))
      outside += crop::within({}, size, {float(b.top), float(b.left), float(b.height), float(b.width)}) ? 0 : 1;
    INFO(size.height << " × " << size.width);
    CHECK(outside == 0);
  }
}

TEST_CASE("crops have a pixel at any ratio, of any image") {
  for (const ct::interval ratio :
       {ct::interval{20, 30}, {0.01, 0.02}, {17, 17}, {1e-300, 1e300}, {1e300, 1e300}, {1e-300, 1e-300}})
    for (ct::image_size size : {ct::image_size{8, 8, 1}, {28, 1, 3}, {1, 300, 1}, {300, 1, 1}, {1, 1, 1}})
      for (std::uint32_t i = 0; i < 100; ++i) {
        auto random = stream_of(i);
        INFO(size.height << " × " << size.width << ", ratio " << ratio.from << " … " << ratio.to);
        CHECK(crop::within({}, size, crop::draw({.ratio = ratio}, random, size)));
      }
  CHECK(ct::detail::middle_box({20, 30}, {8, 8, 1}) == ct::detail::crop_box{3, 0, 1, 8});
  CHECK(ct::detail::middle_box({0.01, 0.02}, {8, 8, 1}) == ct::detail::crop_box{0, 3, 8, 1});
}

TEST_CASE("crops of an infinite share or ratio, and paddings beyond floats, are refused") {
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(crop::validate({.scale = {0.1, infinite}}), ct::argument_error);
  CHECK_THROWS_AS(crop::validate({.ratio = {0.1, infinite}}), ct::argument_error);
  CHECK_THROWS_AS(ct::random_crop<>::validate({.padding = std::numeric_limits<int>::max()}), ct::argument_error);
  CHECK_THROWS_WITH(ct::random_crop<>::validate({.padding = 1 << 30}), contains("at most 8388608; it has 1073741824"));
}

TEST_CASE("shares are uniform, and ratios uniform in their logarithm, where every crop fits") {
  const crop::config c{.scale = {0.08, 0.7}};
  std::vector<double> share, log_ratio;
  for (const auto& b : boxes(c, {4000, 4000, 1})) {
    share.push_back(double(b.height) * b.width / 16e6);
    log_ratio.push_back(std::log(double(b.width) / b.height));
  }
  CHECK(distance_from_uniform(share, 0.08, 0.7) < 1.95);
  CHECK(distance_from_uniform(log_ratio, std::log(0.75), std::log(4. / 3)) < 1.95);
}

TEST_CASE("sizes are distributed as ten tries and the fallback make them") {
  check_sizes({}, {28, 28, 1}, {28, 28});
  check_sizes({.scale = {0.2, 1}}, {17, 23, 3}, {17, 23});
  check_sizes({.scale = {0.95, 1}}, {12, 13, 1}, {12, 13});    // few fit
  check_sizes({}, {40, 6, 1}, {8, 6});                         // most are too wide: the fallback is common
}

TEST_CASE("every position of a crop is as likely") {
  const crop::config c{.scale = {0.25, 0.25}, .ratio = {1, 1}};    // 14 × 14 in 28 × 28: 15 × 15 positions
  std::vector<double> found(15 * 15), expected(15 * 15, 1. / 225);
  for (const auto& b : boxes(c, {28, 28, 1})) found[std::size_t(b.top * 15 + b.left)] += 1;
  CHECK(std::abs(chi_square_deviations(found, expected, draws)) < 4);
}

TEST_CASE("an image is flipped with the probability that was asked for") {
  for (double p : {0., 0.3, 0.5, 1.}) {
    double flipped = 0;
    for (std::uint32_t i = 0; i < draws; ++i) {
      auto random = stream_of(i);
      flipped += double(ct::horizontal_flip::draw({.probability = p}, random, {})[0]);
    }
    if (p == 0 || p == 1) CHECK(flipped == p * draws);
    else CHECK(std::abs(deviations(flipped, draws, p)) < 4);
  }
}

TEST_CASE("intensity changes with its probability, by uniform factors, in either order equally often") {
  std::vector<double> brightness, contrast;
  double first = 0, twice = 0;
  for (const auto& f : factors({.brightness = 0.4, .contrast = 0.2})) {
    twice += f[0] != 1 && f[2] != 1 ? 1 : 0;
    if (f[1] == 1) continue;    // untouched
    first += f[2] == 1 ? 1 : 0;
    brightness.push_back(double(f[0] == 1 ? f[2] : f[0]));
    contrast.push_back(double(f[1]));
  }
  const auto changed = double(contrast.size());
  CHECK(twice == 0);
  CHECK(std::abs(deviations(changed, draws, 0.8)) < 4);
  CHECK(std::abs(deviations(first, changed, 0.5)) < 4);
  CHECK(distance_from_uniform(brightness, 0.6, 1.4) < 1.95);
  CHECK(distance_from_uniform(contrast, 0.8, 1.2) < 1.95);
}

TEST_CASE("a factor is never negative, however strong the jitter") {
  std::vector<double> brightness;
  for (const auto& f : factors({.brightness = 3, .probability = 1}))
    brightness.push_back(double(f[0] == 1 ? f[2] : f[0]));
  CHECK(distance_from_uniform(brightness, 0, 4) < 1.95);
}

namespace {

/// The k-th number of every draw that f keeps.
template <class A>
std::vector<double> drawn(const ct::config_of<A>& c, std::size_t k, auto&& keeps, ct::image_size size = {}) {
  std::vector<double> all;
  for (std::uint32_t i = 0; i < draws; ++i) {
    auto random = stream_of(i);
    const auto numbers = A::draw(c, random, size);
    if (keeps(numbers)) all.push_back(double(numbers[k]));
  }
  return all;
}
constexpr auto every = [](const auto&) { return true; };

/// How often each whole number from … from + count − 1 is among values, against all being equally likely.
double unevenness(const std::vector<double>& values, int from, int count) {
  std::vector<double> found(std::size_t(count), 0.);
  for (double v : values) found.at(std::size_t(int(v) - from)) += 1;
  const std::vector<double> even(std::size_t(count), 1. / count);
  return std::abs(chi_square_deviations(found, even, double(values.size())));
}

}    // namespace

TEST_CASE("colors change with their probability, by uniform factors and turns, in all 24 orders equally often") {
  const ct::color_jitter::config c{.brightness = 0.4, .contrast = 0.3, .saturation = 1.5, .hue = 0.1};
  const auto changed = [](const auto& numbers) { return numbers[0] != 1; };
  const auto of = [&](std::size_t k) { return drawn<ct::color_jitter>(c, k, changed); };
  const auto brightness = of(0);
  CHECK(std::abs(deviations(double(brightness.size()), draws, 0.8)) < 4);
  CHECK(distance_from_uniform(brightness, 0.6, 1.4) < 1.95);
  CHECK(distance_from_uniform(of(1), 0.7, 1.3) < 1.95);
  CHECK(distance_from_uniform(of(2), 0, 2.5) < 1.95);
  CHECK(distance_from_uniform(of(3), -0.1, 0.1) < 1.95);
  std::map<double, double> orders;
  for (double order : of(4)) orders[order] += 1;
  REQUIRE(orders.size() == 24);
  std::vector<double> counts;
  for (const auto& [order, count] : orders) counts.push_back(count);
  CHECK(std::abs(chi_square_deviations(counts, std::vector<double>(24, 1. / 24), double(brightness.size()))) < 4);
}

TEST_CASE("grays, solarized and blurred images are as frequent as their probability, blurs uniformly wide") {
  const auto chosen = [](const auto& numbers) { return numbers[0] != 0 && numbers[0] < 1e9f; };
  const auto gray = drawn<ct::random_grayscale>({}, 0, chosen);
  CHECK(std::abs(deviations(double(gray.size()), draws, 0.2)) < 4);
  const auto negative = drawn<ct::solarize>({.probability = 0.1}, 0, chosen);
  CHECK(std::abs(deviations(double(negative.size()), draws, 0.1)) < 4);
  const auto sigma = drawn<ct::gaussian_blur<>>({.sigma = {0.5, 3}}, 0, chosen);
  CHECK(std::abs(deviations(double(sigma.size()), draws, 0.5)) < 4);
  CHECK(distance_from_uniform(sigma, 0.5, 3) < 1.95);
}

TEST_CASE("windows lie anywhere on the image and its margin, equally often") {
  const ct::image_size size{32, 40, 3};
  const auto top = drawn<ct::random_crop<>>({}, 0, every, size), left = drawn<ct::random_crop<>>({}, 1, every, size);
  CHECK(unevenness(top, -4, 9) < 4);
  CHECK(unevenness(left, -4, 9) < 4);
  std::vector<double> both;
  for (std::size_t i = 0; i < top.size(); ++i) both.push_back((top[i] + 4) * 9 + left[i] + 4);
  CHECK(unevenness(both, 0, 81) < 4);
  CHECK(unevenness(drawn<ct::random_crop<24, 30>>({.padding = 0}, 1, every, size), 0, 11) < 4);
}

TEST_CASE("numbers are found at their address: another seed, epoch, sample, view or place has others") {
  const auto at = [](ct::random_stream random) { return crop::draw({}, random, {224, 224, 3}); };
  const auto here = at(stream_of(5, 1, 2, 3));
  CHECK(at(stream_of(5, 1, 2, 3)) == here);
  CHECK(at(stream_of(6, 1, 2, 3)) != here);
  CHECK(at(stream_of(5, 0, 2, 3)) != here);
  CHECK(at(stream_of(5, 1, 1, 3)) != here);
  CHECK(at(stream_of(5, 1, 2, 2)) != here);
  CHECK(at(ct::random_key{.seed = 2, .epoch = 2}.stream(ct::purpose::augment, 3, 5, 1)) != here);
}

// SPDX-License-Identifier: MIT
// Augmentations of tables and signals: a random number for every value.
#include <contrastive/augment/gaussian_noise.hpp>
#include <contrastive/augment/mask_features.hpp>

#include "support/augmentation.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
namespace testing = contrastive::testing;
using namespace augmentation_support;

namespace {

template <class A, class In>
void obeys(const ct::config_of<A>& config = {}) {
  for (const auto& law : testing::augmentation_laws<A, In>(shared_device(), config)) {
    INFO(testing::text_of(law));
    CHECK(law.holds());
  }
}

constexpr ct::detail::philox_key key{{0x89abcdefu, 0x01234567u}};
constexpr ct::detail::drawn_key halves{0xcdef, 0x89ab, 0x4567, 0x0123};

/// What the library's Philox on the host gives place i: 24 bits.
double uniform(std::size_t i, std::size_t word) {
  return double(ct::detail::philox4x32({{std::uint32_t(i), 0, 0, 0}}, key)[word] >> 8) * 0x1p-24;
}
std::vector<element> ramp(std::size_t count) {
  std::vector<element> x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = element(i) / 8 - 3;
  return x;
}

}    // namespace

TEST_CASE("gaussian_noise and mask_features obey the laws of augmentations, on tables, signals and images") {
  obeys<ct::gaussian_noise, ct::table<7>>();
  obeys<ct::gaussian_noise, ct::signal<9, 2>>({.deviation = 0.5});
  obeys<ct::gaussian_noise, ct::image<5, 3, 3>>();
  obeys<ct::mask_features, ct::table<7>>();
  obeys<ct::mask_features, ct::signal<9, 2>>({.probability = 0.7, .value = -2});
}

TEST_CASE("a device's number for a value is Philox's at its place under the view's key") {
  using In = ct::image<3, 5, 7>;
  const auto x = ramp(In::size);
  const ct::mask_features::config c{.probability = 0.4, .value = 9};
  const auto [a, b, d, e] = halves;
  const auto y = testing::augmented<ct::mask_features, In>(shared_device(), c, x, {{a, b, d, e, 0.4f, 9}});
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == (uniform(i, 0) < double(0.4f) ? 9 : double(x[i])));
}

TEST_CASE("gaussian_noise is Box and Muller's normal numbers of two of them") {
  using In = ct::features<1000>;
  const std::vector<element> x(In::size, 0);
  const auto y = testing::augmented<ct::gaussian_noise, In>(shared_device(), {.deviation = 2}, x, {halves});
  std::vector<double> expected;
  for (std::size_t i = 0; i < x.size(); ++i)
    expected.push_back(2 * std::sqrt(-2 * std::log(1 - uniform(i, 0))) *
                       std::cos(2 * 3.14159265358979324 * uniform(i, 1)));
  CHECK(max_abs_difference(y, expected) < tolerance::augmentation);
}

TEST_CASE("noise has mean 0, the deviation that is asked for and the tails of a normal number") {
  constexpr int columns = 500, rows = 100;
  constexpr double n = columns * rows, deviation = 0.25;
  std::vector<float> values(columns * rows, 0);
  const auto noise = testing::views_of<ct::n_views<1, ct::gaussian_noise>, ct::table<columns>>(
      shared_device(), ct::gaussian_noise::config{.deviation = deviation}, {.seed = 5}, numbered(0, rows), values);
  double sum = 0, squares = 0, fourth = 0, beyond = 0, neighbors = 0;
  for (std::size_t i = 0; i < noise.size(); ++i) {
    const double z = noise[i] / deviation;
    sum += z, squares += z * z, fourth += z * z * z * z, beyond += std::abs(z) > 2;
    if (i > 0) neighbors += z * noise[i - 1] / deviation;
  }
  const double five = 5 / std::sqrt(n);    // five deviations of a mean of numbers of variance 1
  CHECK(std::abs(sum / n) < five);
  CHECK(std::abs(squares / n - 1) < five * std::sqrt(2.));
  CHECK(std::abs(fourth / n - 3) < five * std::sqrt(96.));
  CHECK(std::abs(beyond / n - 0.0455) < five * std::sqrt(0.0455));
  CHECK(std::abs(neighbors / n) < five);
}

TEST_CASE("mask_features masks the share that is asked for, all of it and none") {
  const std::vector<float> values(300 * 64, 1);
  const auto masked = [&](double probability) {
    const auto y = testing::views_of<ct::n_views<1, ct::mask_features>, ct::table<64>>(
        shared_device(), ct::mask_features::config{.probability = probability}, {.seed = 5}, numbered(0, 300), values);
    return double(std::count(y.begin(), y.end(), 0.)) / double(y.size());
  };
  CHECK(masked(0) == 0);
  CHECK(masked(1) == 1);
  CHECK(std::abs(masked(0.3) - 0.3) < 5 * std::sqrt(0.3 * 0.7 / double(values.size())));
}

TEST_CASE("evaluated tables are the rows themselves, whatever augments them in training") {
  const std::vector<float> values{1, -2, 3.5f, 0, 1e6f, -7};
  const auto y = testing::evaluated<ct::views<ct::gaussian_noise, ct::mask_features>, ct::table<3>>(shared_device(), {},
                                                                                                    values);
  CHECK(y == std::vector<double>(values.begin(), values.end()));
}

TEST_CASE("noise and masks refuse numbers that make no sense") {
  CHECK_THROWS_AS(ct::gaussian_noise::validate({.deviation = -1}), ct::argument_error);
  CHECK_THROWS_WITH(ct::mask_features::validate({.probability = 1.5}),
                    "mask_features needs a probability of 0 … 1; it has 1.500000");
  CHECK_THROWS_AS(ct::mask_features::validate({.value = HUGE_VAL}), ct::argument_error);
}

// SPDX-License-Identifier: MIT
// Laws of views: lists of augmentations, addresses, configurations, evaluation.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/random_resized_crop.hpp>

#include "support/augmentation.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
namespace testing = contrastive::testing;
using namespace augmentation_support;

TEST_CASE("views apply their list in order, each augmentation with the numbers at its address") {
  using In = ct::image<10, 12, 3>;
  using crop = ct::random_resized_crop<8, 7>;
  using Out = crop::output<In>;
  using set = ct::views<crop, random_invert, ct::horizontal_flip, ct::intensity_jitter, random_invert, ct::normalize>;
  const ct::random_key key{.seed = 11, .epoch = 5};
  const auto samples = numbered(40, 4);
  const bytes x = random_pixels(samples.size() * In::size);
  device& d = shared_device();
  const auto all = testing::views_of<set, In>(d, {color}, key, samples, x);
  // generic bodies have the same bits here and there
  const bool generic = ct::view_pass<device, In, set>::generic_augmentations == 6;
  const double allowed = generic ? 0 : tolerance::augmentation_over(0.2435);

  const auto drawn = [&]<class A>(std::type_identity<A>, std::uint32_t place, std::uint32_t view, ct::image_size size) {
    std::vector<testing::numbers_of<A>> numbers;
    for (int sample : samples) {
      auto random = key.stream(ct::purpose::augment, place, std::uint32_t(sample), view);
      numbers.push_back(A::draw({}, random, size));
    }
    return numbers;
  };
  const auto of = [](auto a) { return std::type_identity<decltype(a)>{}; };
  for (std::uint32_t v : {0u, 1u}) {
    const ct::image_size size = ct::detail::image_size_of<Out>;
    auto y = testing::augmented<crop, In>(d, {}, x, drawn(of(crop{}), 0, v, ct::detail::image_size_of<In>));
    y = testing::augmented<random_invert, Out>(d, {}, elements(y), drawn(of(random_invert{}), 1, v, size));
    y = testing::augmented<ct::horizontal_flip, Out>(d, {}, elements(y), drawn(of(ct::horizontal_flip{}), 2, v, size));
    y = testing::augmented<ct::intensity_jitter, Out>(d, {}, elements(y),
                                                      drawn(of(ct::intensity_jitter{}), 3, v, size));
    y = testing::augmented<random_invert, Out>(d, {}, elements(y), drawn(of(random_invert{}), 4, v, size));
    y = testing::augmented<ct::normalize, Out>(d, color, elements(y), {});
    CHECK(max_abs_difference(part(all, v * samples.size() * Out::size, samples.size() * Out::size), y) <= allowed);
  }
}

TEST_CASE("stored bytes and the same values in [0, 1] make the same views") {
  using In = ct::image<9, 8, 3>;
  const ct::random_key key{.seed = 2};
  const auto samples = numbered(0, 6);
  const bytes x = random_pixels(samples.size() * In::size);
  device& d = shared_device();
  const auto check = [&]<class Set>(Set) {
    const auto from_bytes = testing::views_of<Set, In>(d, {}, key, samples, x);
    const auto from_values = testing::views_of<Set, In>(d, {}, key, samples, in_unit_range(x));
    CHECK(max_abs_difference(from_bytes, from_values) < 1e-6);
  };
  check(ct::views<ct::random_resized_crop<>, ct::intensity_jitter>{});
  check(ct::views<ct::intensity_jitter, ct::random_resized_crop<5>>{});
  check(ct::views<ct::horizontal_flip>{});
  check(ct::views<>{});
}

TEST_CASE("what was made before does not matter: a run resumed at an epoch makes the same views") {
  using In = ct::image<7, 6, 1>;
  using set = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter>;
  using pass = ct::view_pass<device, In, set>;
  device& d = shared_device();
  const auto samples = numbered(100, 5), few = numbered(103, 2);
  const bytes x = random_pixels(samples.size() * In::size), last = part(x, 3 * In::size, 2 * In::size);
  const auto fresh = testing::views_of<set, In>(d, {}, {.seed = 9, .epoch = 3}, few, last);

  pass used(d, samples.size());
  ct::memory<device, ct::tensor<device, In, std::uint8_t>> in(d, samples.size());
  ct::memory<device, pass::images> out(d, 2 * samples.size());
  const auto make = [&](std::uint32_t epoch, const std::vector<int>& numbers, const bytes& pixels) {
    in.lay_out(d, numbers.size());
    out.lay_out(d, 2 * numbers.size());
    d.upload(in.value.data, pixels.data(), pixels.size());
    used.make(d, {.seed = 9, .epoch = epoch}, numbers, in.value, out.value);
    return testing::detail::downloaded(d, out.value);
  };
  make(2, samples, x);
  const auto all = make(3, samples, x);
  CHECK(make(3, few, last) == fresh);    // a smaller batch in the same memory
  CHECK(part(all, 3 * In::size, 2 * In::size) == part(fresh, 0, 2 * In::size));
  CHECK(part(all, 8 * In::size, 2 * In::size) == part(fresh, 2 * In::size, 2 * In::size));
}

TEST_CASE("two of a kind in one list draw different numbers") {
  using In = ct::image<1, 2, 1>;
  using set = ct::n_views<1, ct::horizontal_flip, ct::horizontal_flip>;
  device& d = shared_device();
  const auto samples = numbered(0, 64);
  bytes x;
  for (std::size_t i = 0; i < samples.size(); ++i) x.insert(x.end(), {0, 255});
  const auto y = testing::views_of<set, In>(d, {}, {.seed = 4}, samples, x);
  int flipped = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) flipped += y[2 * i] > 0.5 ? 1 : 0;
  CHECK(flipped > 16);    // always flipped twice or not at all would be 0
  CHECK(flipped < 48);
}

TEST_CASE("three views are three draws, and the first two are those of two views") {
  using In = ct::image<6, 6, 1>;
  using two = ct::views<ct::random_resized_crop<>>;
  using three = ct::n_views<3, ct::random_resized_crop<>>;
  device& d = shared_device();
  const auto samples = numbered(7, 3);
  const bytes x = random_pixels(samples.size() * In::size);
  const auto y2 = testing::views_of<two, In>(d, {}, {.seed = 1}, samples, x);
  const auto y3 = testing::views_of<three, In>(d, {}, {.seed = 1}, samples, x);
  REQUIRE(y3.size() == 9 * In::size);
  CHECK(part(y3, 0, y2.size()) == y2);
  CHECK(part(y3, 6 * In::size, 3 * In::size) != part(y2, 0, 3 * In::size));
  CHECK(part(y3, 6 * In::size, 3 * In::size) != part(y2, 3 * In::size, 3 * In::size));
}

TEST_CASE("each view can have a list and configuration of its own") {
  using In = ct::image<6, 5, 1>;
  using plain = ct::compose<ct::horizontal_flip>;
  using rich = ct::compose<plain, random_invert>;    // a list in a list
  using set = ct::each_view<plain, rich>;
  device& d = shared_device();
  const auto samples = numbered(0, 2);
  const bytes x = random_pixels(samples.size() * In::size);
  set::config config{ct::horizontal_flip::config{.probability = 0}};
  config.view<1>().of<random_invert>().probability = 1;
  const auto y = testing::views_of<set, In>(d, config, {.seed = 1}, samples, x);
  auto expected = in_unit_range(x);
  for (std::size_t i = 0; i < x.size(); ++i) expected.push_back(1 - expected[i]);
  CHECK(max_abs_difference(y, expected) < 1e-6);
}

TEST_CASE("evaluated images are resized and normalized, and nothing else happens to them") {
  device& d = shared_device();
  const golden file{"resized_crop"};
  const bytes x = stored(file["pullover/x"]);
  using smaller = ct::views<ct::random_resized_crop<9, 10>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
  const auto y = testing::evaluated<smaller, ct::image<28, 28, 1>>(d, {fashion}, x);
  std::vector<double> expected;
  for (double v : file["pullover_whole_smaller/y"].values) expected.push_back((v - 0.286) / 0.353);
  CHECK(max_abs_difference(y, expected) < tolerance::augmentation_over(0.353));
  using nothing_left = ct::views<ct::horizontal_flip>;
  CHECK(max_abs_difference(testing::evaluated<nothing_left, ct::image<28, 28, 1>>(d, {}, x), in_unit_range(x)) < 1e-7);
}

TEST_CASE("wrong numbers of rows and numbers out of range are refused by a sentence") {
  using In = ct::image<4, 4, 1>;
  using set = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
  using pass = ct::view_pass<device, In, set>;
  device& d = shared_device();
  const auto refused = [&](const set::config& config) -> std::string {
    try {
      pass made(d, 4, config);
    } catch (const ct::argument_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(refused(ct::horizontal_flip::config{.probability = 1.5}) ==
        "horizontal_flip needs a probability of 0 … 1; it has 1.500000");
  CHECK(refused(ct::random_resized_crop<>::config{.scale = {0.5, 0.2}}) ==
        "random_resized_crop needs 0 < scale.from <= scale.to; it has 0.500000 … 0.200000");
  CHECK(refused(ct::intensity_jitter::config{.brightness = -1}) ==
        "intensity_jitter needs strengths of at least 0; it has brightness -1.000000 and contrast 0.400000");
  CHECK(refused(ct::normalize::config{.mean = {0.1, 0.2, 0.3}}) ==
        "3 channel values are given, but the images have 1 channel");
  CHECK(refused(ct::normalize::config{.deviation = 0.}) == "normalize needs positive deviations; it has 0.000000");

  pass made(d, 4);
  ct::memory<device, ct::tensor<device, In, std::uint8_t>> in(d, 5);
  ct::memory<device, pass::images> out(d, 10);
  CHECK_THROWS_AS(made.make(d, {}, numbered(0, 4), in.value, out.value), ct::argument_error);
  CHECK_THROWS_AS(made.make(d, {}, numbered(0, 5), in.value, out.value), ct::argument_error);    // room for four
  out.lay_out(d, 5);
  CHECK_THROWS_AS(made.evaluate(d, in.value, out.value), ct::argument_error);
}

// SPDX-License-Identifier: MIT
// Laws of augmentations and views on every backend; golden values by torchvision.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/testing/augmentation_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
namespace testing = contrastive::testing;

namespace {

using element = device::element;
using bytes = std::vector<std::uint8_t>;

bytes stored(const golden_tensor& x) {
  bytes pixels;
  for (double v : x.values) pixels.push_back(std::uint8_t(v));
  return pixels;
}
std::vector<element> in_unit_range(const bytes& pixels) {
  std::vector<element> values;
  for (std::uint8_t v : pixels) values.push_back(element(v / 255.));
  return values;
}
std::vector<element> elements(const std::vector<double>& values) { return {values.begin(), values.end()}; }

bytes random_pixels(std::size_t count) {
  ct::random_stream random{3, {.what = ct::purpose::test}};
  bytes pixels(count);
  for (auto& p : pixels) p = std::uint8_t(random.below(256));
  return pixels;
}
std::vector<int> numbered(int first, int count) {
  std::vector<int> samples(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = first + int(i);
  return samples;
}
/// Values from … to − 1 of a result.
template <class T>
std::vector<T> part(const std::vector<T>& all, std::size_t from, std::size_t count) {
  return {all.begin() + std::ptrdiff_t(from), all.begin() + std::ptrdiff_t(from + count)};
}

template <class In, int Height, int Width>
void check_crop(const golden& file, const std::string& image, const std::string& name) {
  using crop = ct::random_resized_crop<Height, Width>;
  device d = make_device();
  const auto box = file[name + "/crop"].floats();
  const bytes x = stored(file[image + "/x"]);
  const std::vector<testing::numbers_of<crop>> given{{box[0], box[1], box[2], box[3]}};
  INFO(name);
  const auto y = testing::augmented<crop, In>(d, {}, x, given);
  CHECK(max_abs_difference(y, file[name + "/y"].values) < tolerance::augmentation);
  const auto from_values = testing::augmented<crop, In>(d, {}, in_unit_range(x), given);
  CHECK(max_abs_difference(from_values, file[name + "/y"].values) < tolerance::augmentation);
}

template <class In>
void check_intensity(const std::string& name) {
  using jitter = ct::intensity_jitter;
  device d = make_device();
  const golden g = golden{"intensity"}.of(name);
  const auto factors = g["factors"].floats();
  const auto x = in_unit_range(stored(g["x"]));
  const auto check = [&](const char* which, testing::numbers_of<jitter> given) {
    INFO(name << ": " << which);
    const auto y = testing::augmented<jitter, In>(d, {}, x, {given});
    CHECK(max_abs_difference(y, g[which].values) < tolerance::augmentation);
  };
  check("brightness", {factors[0], 1, 1});
  check("contrast", {1, factors[1], 1});
  check("brightness_contrast", {factors[0], factors[1], 1});
  check("contrast_brightness", {1, factors[1], factors[0]});
}

template <class In, int Height, int Width>
void check_chain(const std::string& name, const ct::normalize::config& c) {
  using crop = ct::random_resized_crop<Height, Width>;
  using Out = typename crop::template output<In>;
  device d = make_device();
  const golden g = golden{"augment_chain"}.of(name);
  const auto box = g["crop"].floats(), factors = g["factors"].floats();
  const auto cropped = testing::augmented<crop, In>(d, {}, stored(g["x"]), {{box[0], box[1], box[2], box[3]}});
  const auto flipped = testing::augmented<ct::horizontal_flip, Out>(d, {}, elements(cropped),
                                                                    {{float(g.number("flip"))}});
  const auto jittered = testing::augmented<ct::intensity_jitter, Out>(d, {}, elements(flipped),
                                                                      {{factors[0], factors[1], 1}});
  const auto y = testing::augmented<ct::normalize, Out>(d, c, elements(jittered), {});
  double deviation = 1;
  for (int i = 0; i < In::channels; ++i) deviation = std::min(deviation, c.deviation.of(i, In::channels));
  INFO(name);
  CHECK(max_abs_difference(y, g["y"].values) < tolerance::augmentation_over(deviation));
}

const ct::normalize::config fashion{.mean = 0.286, .deviation = 0.353};
const ct::normalize::config color{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}};

}    // namespace

TEST_CASE("random_resized_crop equals torchvision's crop and antialiased resize") {
  const golden file{"resized_crop"};
  using gray = ct::image<28, 28, 1>;
  check_crop<gray, 28, 28>(file, "shoe", "shoe_enlarged");
  check_crop<gray, 28, 28>(file, "pullover", "pullover_moved");
  check_crop<gray, 9, 10>(file, "pullover", "pullover_whole_smaller");
  check_crop<gray, 12, 12>(file, "pullover", "pullover_smaller");
  check_crop<gray, 14, 6>(file, "pullover", "pullover_taller_narrower");
  check_crop<gray, 8, 8>(file, "pullover", "pullover_same_size");
  check_crop<gray, 5, 5>(file, "pullover", "pullover_one_pixel");
  check_crop<gray, 4, 7>(file, "pullover", "pullover_one_row");
  check_crop<gray, 7, 8>(file, "pullover", "pullover_two_columns");
  for (const char* name : {"color_whole", "color_part", "color_wide"})
    check_crop<ct::image<17, 23, 3>, 16, 12>(file, "color", name);
  for (const char* name : {"gray_whole", "gray_corner"}) check_crop<ct::image<17, 23, 1>, 16, 12>(file, "gray", name);
  const golden large{"resized_crop_color"};
  check_crop<ct::image<32, 32, 3>, 32, 32>(large, "color", "color_enlarged");
  check_crop<ct::image<32, 32, 3>, 24, 24>(large, "color", "color_24");
}

TEST_CASE("a crop of the output's size changes no pixel") {
  using In = ct::image<13, 9, 3>;
  device d = make_device();
  const bytes x = random_pixels(In::size);
  const auto y = testing::augmented<ct::random_resized_crop<>, In>(d, {}, x, {{0, 0, 13, 9}});
  CHECK(max_abs_difference(y, in_unit_range(x)) < 1e-7);
}

TEST_CASE("horizontal_flip mirrors the images whose number is 1") {
  using In = ct::image<3, 5, 3>;
  device d = make_device();
  const golden g = golden{"augment_chain"}.of("flip");
  auto both = elements(g["x"].values);
  both.insert(both.end(), both.begin(), both.end());
  const auto y = testing::augmented<ct::horizontal_flip, In>(d, {}, both, {{1}, {0}});
  CHECK(part(y, 0, In::size) == g["y"].values);
  CHECK(part(y, In::size, In::size) == g["x"].values);
}

TEST_CASE("intensity_jitter equals torchvision's brightness and contrast, in both orders and for any channel count") {
  check_intensity<ct::image<9, 7, 1>>("gray_more");
  check_intensity<ct::image<9, 7, 1>>("gray_less");
  check_intensity<ct::image<7, 5, 3>>("color_more");
  check_intensity<ct::image<7, 5, 3>>("color_less");
  check_intensity<ct::image<3, 2, 3>>("color_none");
  check_intensity<ct::image<5, 4, 2>>("two_channels");
  check_intensity<ct::image<3, 5, 7>>("seven_channels");
}

TEST_CASE("a whole chain equals torchvision's") {
  check_chain<ct::image<28, 28, 1>, 28, 28>("shirt", fashion);
  check_chain<ct::image<28, 28, 1>, 14, 14>("shirt_half", fashion);
  check_chain<ct::image<17, 23, 3>, 16, 12>("color", color);
  check_chain<ct::image<9, 8, 3>, 9, 8>("color_enlarged", color);
}

// ---- the laws, of the library's own and of a user's ----------------------------------------------------------------------

namespace {

struct random_invert {
  struct config {
    double probability = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("probability", c.probability...); }
  };
  template <class In>
  using output = In;
  static std::array<float, 1> draw(const config& c, ct::random_stream& random, ct::image_size) {
    return {random.bernoulli(c.probability) ? 1.f : 0.f};
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    map(ctx, y, x + own.drawn[0] * (1 - 2 * x));    // (n, h, w, c)
  }
};

template <class A, class In>
void check_laws(const ct::config_of<A>& config = {}) {
  device d = make_device();
  const testing::laws laws = testing::augmentation_laws<A, In>(d, config);
  CHECK(laws.size() >= 5);
  INFO(testing::text_of(laws));
  CHECK(testing::all_hold(laws));
}

/// Breaks the law of addresses: it looks at what is in the batch.
struct lightest_of_batch : random_invert {
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    ct::reduce<ct::fold::max>(ctx, own.scratch, x);
    ct::map(ctx, y, x * own.drawn[0] + own.scratch);
  }
  template <class B, class In>
  using scratch = ct::parameter<B, ct::per_channel<1>, ct::role::shift>;
};
/// Breaks the law of bounds.
struct too_bright : random_invert {
  static bool within(const config&, ct::image_size, const std::array<float, 1>& drawn) { return drawn[0] < 1; }
};

}    // namespace

TEST_CASE("every augmentation of the library obeys the laws") {
  check_laws<ct::random_resized_crop<>, ct::image<9, 7, 3>>();
  check_laws<ct::random_resized_crop<5, 11>, ct::image<28, 28, 1>>();
  check_laws<ct::horizontal_flip, ct::image<4, 5, 2>>();
  check_laws<ct::intensity_jitter, ct::image<9, 7, 3>>();
  check_laws<ct::intensity_jitter, ct::image<6, 4, 1>>({.brightness = 1.5, .contrast = 0, .probability = 1});
  check_laws<ct::normalize, ct::image<5, 3, 3>>(color);
}

TEST_CASE("an augmentation from outside the library obeys the laws") {
  check_laws<random_invert, ct::image<5, 6, 3>>();
}

TEST_CASE("a broken law is found and named") {
  device d = make_device();
  const auto broken = [](const testing::laws& tried) {
    std::string names;
    for (const auto& law : tried)
      if (!law.holds()) names += law.name + ";";
    return names;
  };
  CHECK(broken(testing::augmentation_laws<lightest_of_batch, ct::image<3, 3, 1>>(d)) ==
        "an image's pixels do not depend on the others of its batch;");
  CHECK(broken(testing::augmentation_laws<too_bright, ct::image<3, 3, 1>>(d)) ==
        "its numbers are within their bounds;");
  CHECK(broken(testing::augmentation_laws<random_invert, ct::image<3, 3, 1>>(d, {.probability = 0})) ==
        "another view makes other pixels;another epoch makes other pixels;");
}

// ---- views --------------------------------------------------------------------------------------------------------------

TEST_CASE("views apply their list in order, each augmentation with the numbers at its address") {
  using In = ct::image<10, 12, 3>;
  using crop = ct::random_resized_crop<8, 7>;
  using Out = crop::output<In>;
  using set = ct::views<crop, random_invert, ct::horizontal_flip, ct::intensity_jitter, random_invert, ct::normalize>;
  const ct::random_key key{.seed = 11, .epoch = 5};
  const auto samples = numbered(40, 4);
  const bytes x = random_pixels(samples.size() * In::size);
  device d = make_device();
  const auto all = testing::views_of<set, In>(d, {color}, key, samples, x);

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
    const ct::image_size size = ct::image_size_of<Out>;
    auto y = testing::augmented<crop, In>(d, {}, x, drawn(of(crop{}), 0, v, ct::image_size_of<In>));
    y = testing::augmented<random_invert, Out>(d, {}, elements(y), drawn(of(random_invert{}), 1, v, size));
    y = testing::augmented<ct::horizontal_flip, Out>(d, {}, elements(y), drawn(of(ct::horizontal_flip{}), 2, v, size));
    y = testing::augmented<ct::intensity_jitter, Out>(d, {}, elements(y),
                                                      drawn(of(ct::intensity_jitter{}), 3, v, size));
    y = testing::augmented<random_invert, Out>(d, {}, elements(y), drawn(of(random_invert{}), 4, v, size));
    y = testing::augmented<ct::normalize, Out>(d, color, elements(y), {});
    CHECK(part(all, v * samples.size() * Out::size, samples.size() * Out::size) == y);
  }
}

TEST_CASE("stored bytes and the same values in [0, 1] make the same views") {
  using In = ct::image<9, 8, 3>;
  const ct::random_key key{.seed = 2};
  const auto samples = numbered(0, 6);
  const bytes x = random_pixels(samples.size() * In::size);
  device d = make_device();
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
  device d = make_device();
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
  device d = make_device();
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
  device d = make_device();
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
  device d = make_device();
  const auto samples = numbered(0, 2);
  const bytes x = random_pixels(samples.size() * In::size);
  set::config config{ct::horizontal_flip::config{.probability = 0}};
  config.view<1>().of<random_invert>().probability = 1;
  const auto y = testing::views_of<set, In>(d, config, {.seed = 1}, samples, x);
  auto expected = in_unit_range(x);
  for (std::size_t i = 0; i < x.size(); ++i) expected.push_back(element(1 - x[i] / 255.));
  CHECK(max_abs_difference(y, expected) < 1e-6);
}

TEST_CASE("evaluated images are resized and normalized, and nothing else happens to them") {
  device d = make_device();
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
  device d = make_device();
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
}

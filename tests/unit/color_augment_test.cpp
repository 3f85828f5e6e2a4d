// SPDX-License-Identifier: MIT
// Color operations, blur, solarize, margins and bicubic crops on every backend; golden values by torchvision.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/random_crop.hpp>
#include <contrastive/augment/random_grayscale.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/solarize.hpp>

#include "support/augmentation.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
namespace testing = contrastive::testing;
using namespace augmentation_support;

namespace {

template <class A, class In, class E>
std::vector<double> made(const std::vector<E>& x, const testing::numbers_of<A>& given) {
  device& d = shared_device();
  return testing::augmented<A, In>(d, {}, x, {given});
}
void check(const std::vector<double>& y, const golden_tensor& expected) {
  CHECK(max_abs_difference(y, expected.values) < tolerance::augmentation);
}

template <class In>
void check_colors(const std::string& name, const std::vector<std::string>& orders) {
  using jitter = ct::color_jitter;
  const golden g = golden{"color"}.of(name);
  const auto x = in_unit_range(stored(g["x"]));
  const auto amounts = g["amounts"].floats();
  INFO(name);
  const std::string alone[] = {"brightness", "contrast", "saturation", "hue"};
  for (std::size_t k = 0; k < 4; ++k) {
    testing::numbers_of<jitter> given{1, 1, 1, 0, jitter::order_of({0, 1, 2, 3})};
    given[k] = amounts[k];
    check(made<jitter, In>(x, given), g[alone[k]]);
  }
  for (const auto& order : orders) {
    INFO(order);
    const float code = jitter::order_of({order[0] - '0', order[1] - '0', order[2] - '0', order[3] - '0'});
    check(made<jitter, In>(x, {amounts[0], amounts[1], amounts[2], amounts[3], code}), g["order_" + order]);
  }
  check(made<ct::random_grayscale, In>(x, {1}), g["gray"]);
  check(made<ct::solarize, In>(x, {float(g.number("threshold"))}), g["solarized"]);
  CHECK(max_abs_difference(made<ct::random_grayscale, In>(x, {0}), x) <= tolerance::exact);    // not chosen
}

template <class In, int Taps>
void check_blur(const std::string& name) {
  const golden g = golden{"blur"}.of(name);
  INFO(name);
  const auto x = in_unit_range(stored(g["x"]));
  check(made<ct::gaussian_blur<Taps>, In>(x, {float(g.number("sigma"))}), g["y"]);
  CHECK(max_abs_difference(made<ct::gaussian_blur<Taps>, In>(x, {0}), x) <= tolerance::exact);    // not chosen
}

template <int Height, int Width>
void check_margin(const std::string& name) {
  using In = ct::image<5, 6, 3>;
  const golden g = golden{"blur"}.of(name);
  const auto at = g["at"].floats();
  const bytes x = stored(g["x"]);
  INFO(name);
  check(made<ct::random_crop<Height, Width>, In>(x, {at[0], at[1]}), g["y"]);
  check(made<ct::random_crop<Height, Width>, In>(in_unit_range(x), {at[0], at[1]}), g["y"]);
}

template <int Height, int Width>
void check_cubic(const std::string& name) {
  const golden file{"resized_crop_cubic"};
  const auto box = file[name + "/crop"].floats();
  INFO(name);
  check(made<ct::random_resized_crop<Height, Width, ct::interpolation::bicubic>, ct::image<9, 11, 3>>(
            stored(file["color/x"]), {box[0], box[1], box[2], box[3]}),
        file[name + "/y"]);
}

template <class A, class In>
void check_laws(const ct::config_of<A>& config = {}) {
  device& d = shared_device();
  const auto laws = testing::augmentation_laws<A, In>(d, config, {.draws = 1000});
  INFO(testing::text_of(laws));
  CHECK(testing::all_hold(laws));
}

}    // namespace

TEST_CASE("color_jitter, random_grayscale and solarize equal torchvision's, alone and in any order") {
  check_colors<ct::image<7, 5, 3>>("more", {"0123", "3210", "2031"});
  check_colors<ct::image<5, 6, 3>>("less", {"1302", "2310", "0132"});
  check_colors<ct::image<3, 6, 3>>("hues", {"3120", "1230"});
  check_colors<ct::image<3, 2, 3>>("none", {"2103"});
}

TEST_CASE("gaussian_blur equals torchvision's, mirrored at the border") {
  check_blur<ct::image<6, 5, 3>, 3>("blur_3");
  check_blur<ct::image<5, 4, 3>, 3>("blur_narrow");
  check_blur<ct::image<12, 9, 1>, 7>("blur_7");
  check_blur<ct::image<5, 6, 3>, 9>("blur_9");
}

TEST_CASE("random_crop equals torchvision's crop of an image with a black margin") {
  check_margin<5, 6>("margin_corner");
  check_margin<3, 4>("margin_inside");
  check_margin<5, 6>("margin_beyond");
}

TEST_CASE("bicubic crops equal torchvision's with antialiasing") {
  check_cubic<8, 7>("color_enlarged");
  check_cubic<8, 7>("color_whole");
  check_cubic<4, 3>("color_smaller");
  check_cubic<8, 7>("color_one_pixel");
}

TEST_CASE("the augmentations of color images obey the laws") {
  check_laws<ct::color_jitter, ct::image<6, 5, 3>>();
  check_laws<ct::random_grayscale, ct::image<4, 3, 3>>({.probability = 0.5});
  check_laws<ct::gaussian_blur<>, ct::image<9, 7, 2>>();
  check_laws<ct::solarize, ct::image<4, 5, 1>>({.threshold = 0.3, .probability = 0.5});
  check_laws<ct::random_crop<>, ct::image<7, 6, 2>>({.padding = 3});
  check_laws<ct::random_resized_crop<5, 9, ct::interpolation::bicubic>, ct::image<8, 6, 1>>();
}

TEST_CASE("an evaluated image is the middle of its window, and keeps its colors") {
  using In = ct::image<6, 6, 3>;
  device& d = shared_device();
  const bytes x = random_pixels(In::size);
  using set = ct::views<ct::random_crop<>, ct::color_jitter, ct::random_grayscale, ct::gaussian_blur<3>, ct::solarize>;
  CHECK(max_abs_difference(testing::evaluated<set, In>(d, {}, x), in_unit_range(x)) < 1e-7);
  const auto middle = testing::evaluated<ct::views<ct::random_crop<4, 2>>, In>(d, {}, x);
  REQUIRE(middle.size() == 4 * 2 * 3);
  CHECK(std::abs(middle[0] - x[(1 * 6 + 2) * 3] / 255.) < 1e-7);    // torchvision's CenterCrop: row 1, column 2
}

TEST_CASE("numbers out of range are refused by a sentence") {
  using In = ct::image<4, 4, 3>;
  using set = ct::views<ct::random_crop<>, ct::color_jitter, ct::gaussian_blur<3>>;
  device& d = shared_device();
  const auto refused = [&](const set::config& config) -> std::string {
    try {
      ct::view_pass<device, In, set> pass(d, 4, config);
    } catch (const ct::argument_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(refused(ct::random_crop<>::config{.padding = -1}) == "random_crop needs a padding of at least 0; it has -1");
  CHECK(
      refused(ct::color_jitter::config{.hue = 0.75}) ==
      "color_jitter needs strengths of at least 0, hue of at most 0.5; it has brightness 0.400000, contrast 0.400000, "
      "saturation 0.400000 and hue 0.750000");
  CHECK(refused(ct::gaussian_blur<3>::config{.sigma = {0, 2}}) ==
        "gaussian_blur needs 0 < sigma.from <= sigma.to; it has 0.000000 … 2.000000");
  using larger = ct::views<ct::random_crop<9>>;
  CHECK_THROWS_AS((testing::views_of<larger, In>(d, {ct::random_crop<9>::config{.padding = 2}}, {}, numbered(0, 1),
                                                 random_pixels(In::size))),
                  ct::argument_error);
}

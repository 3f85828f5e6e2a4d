// SPDX-License-Identifier: MIT
// Laws of augmentations on every backend; golden values by torchvision.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/random_resized_crop.hpp>

#include "support/augmentation.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
namespace testing = contrastive::testing;
using namespace augmentation_support;

namespace {

template <class In, int Height, int Width>
void check_crop(const golden& file, const std::string& image, const std::string& name) {
  using crop = ct::random_resized_crop<Height, Width>;
  device& d = shared_device();
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
  device& d = shared_device();
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
  device& d = shared_device();
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
  device& d = shared_device();
  const bytes x = random_pixels(In::size);
  const auto y = testing::augmented<ct::random_resized_crop<>, In>(d, {}, x, {{0, 0, 13, 9}});
  CHECK(max_abs_difference(y, in_unit_range(x)) < 1e-7);
}

TEST_CASE("a crop of all of a signal changes no value, however long it is") {
  using In = ct::image<1, 50000, 1>;
  device& d = shared_device();
  const bytes x = random_pixels(In::size);
  const std::vector<testing::numbers_of<ct::random_resized_crop<>>> all{{0, 0, 1, 50000}};
  CHECK(max_abs_difference(testing::augmented<ct::random_resized_crop<>, In>(d, {}, x, all), in_unit_range(x)) < 1e-7);
}

TEST_CASE("horizontal_flip mirrors the images whose number is 1") {
  using In = ct::image<3, 5, 3>;
  device& d = shared_device();
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

template <class A, class In>
void check_laws(const ct::config_of<A>& config = {}) {
  device& d = shared_device();
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
  device& d = shared_device();
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

// SPDX-License-Identifier: MIT
// The concept Augmentation, both ways: for each requirement a type that lacks only that one is refused.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/random_crop.hpp>
#include <contrastive/augment/random_grayscale.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/solarize.hpp>
#include <contrastive/augment/views.hpp>

#include "support/catch.hpp"

namespace ct = contrastive;

namespace {

// ---- a complete one, and its parts for the incomplete ones ---------------------------------------------------------------

struct tuned {
  double strength = 1;
  static constexpr void members(auto&& f, auto&... c) { f("strength", c.strength...); }
};
struct keeps_shape {
  template <class In>
  using output = In;
};
struct draws_one {
  static std::array<float, 1> draw(const tuned& c, ct::random_stream& random, ct::image_size) {
    return {float(c.strength * random.uniform())};
  }
};
struct scales {
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) { ct::map(ctx, y, x * own.drawn[0]); }
};

struct complete : keeps_shape, draws_one, scales {
  using config = tuned;
};
static_assert(ct::Augmentation<complete>);

struct least : keeps_shape {    // neither config nor numbers
  static void apply(auto& ctx, const auto&, const auto& x, auto& y) { ct::map(ctx, y, 1 - x); }
};
static_assert(ct::Augmentation<least>);

// ---- each lacks one thing -------------------------------------------------------------------------------------------------

struct with_data : keeps_shape, draws_one, scales {
  using config = tuned;
  float strength = 1;
};
static_assert(!ct::detail::Stateless<with_data> && ct::detail::ConfiguredAugmentation<with_data> &&
              ct::detail::DrawsFloats<with_data>);
static_assert(!ct::Augmentation<with_data>);

struct without_default {
  double strength;
  explicit without_default(double s) : strength(s) {}
  static constexpr void members(auto&& f, auto&... c) { f("strength", c.strength...); }
};
struct without_defaults : least {
  using config = without_default;
};
static_assert(!ct::detail::ConfiguredAugmentation<without_defaults> && !ct::Augmentation<without_defaults>);

struct without_names : least {
  struct config {
    double strength = 1;
  };
};
static_assert(!ct::detail::ConfiguredAugmentation<without_names> && !ct::Augmentation<without_names>);

struct draws_double : keeps_shape, scales {
  using config = tuned;
  static double draw(const tuned&, ct::random_stream& random, ct::image_size) { return random.uniform(); }
};
static_assert(!ct::detail::DrawsFloats<draws_double> && !ct::Augmentation<draws_double>);

struct draws_without_config : least {
  using config = tuned;
  static std::array<float, 1> draw(ct::random_stream&) { return {1}; }
};
static_assert(!ct::detail::DrawsFloats<draws_without_config> && !ct::Augmentation<draws_without_config>);

struct without_output : draws_one, scales {
  using config = tuned;
};
static_assert(!ct::Takes<without_output, ct::image<8, 8, 3>> && !ct::Augmentation<without_output>);

struct makes_no_image : draws_one, scales {
  using config = tuned;
  template <class In>
  using output = int;
};
static_assert(!ct::detail::MakesImages<makes_no_image, ct::image<8, 8, 3>> && !ct::Augmentation<makes_no_image>);

struct without_apply : keeps_shape, draws_one {
  using config = tuned;
};
static_assert(ct::detail::MakesImages<without_apply, ct::image<8, 8, 3>> && !ct::Augmentation<without_apply>);

struct applies_in_place : keeps_shape, draws_one {
  using config = tuned;
  static void apply(auto& ctx, const auto& own, auto& x) { ct::map(ctx, x, x * own.drawn[0]); }
};
static_assert(!ct::Augmentation<applies_in_place>);

// ---- the library's own, and shapes ----------------------------------------------------------------------------------------

static_assert(ct::Augmentation<ct::random_resized_crop<>>);
static_assert(ct::Augmentation<ct::random_resized_crop<96, 64>, ct::image<17, 5, 12>>);
static_assert(ct::Augmentation<ct::horizontal_flip>);
static_assert(ct::Augmentation<ct::intensity_jitter, ct::image<8, 8, 1>>);
static_assert(ct::Augmentation<ct::normalize>);
static_assert(ct::Augmentation<ct::color_jitter> && !ct::Augmentation<ct::color_jitter, ct::image<8, 8, 1>>);
static_assert(ct::Augmentation<ct::random_grayscale> && !ct::Augmentation<ct::random_grayscale, ct::image<8, 8, 2>>);
static_assert(ct::Augmentation<ct::gaussian_blur<>> && !ct::Augmentation<ct::gaussian_blur<9>, ct::image<4, 8, 1>>);
static_assert(ct::Augmentation<ct::solarize, ct::image<8, 8, 1>>);
static_assert(ct::Augmentation<ct::random_crop<>> && ct::detail::Evaluates<ct::random_crop<>>);
static_assert(ct::detail::Draws<ct::horizontal_flip> && !ct::detail::Draws<ct::normalize>);
static_assert(ct::detail::Evaluates<ct::random_resized_crop<>> && !ct::detail::Evaluates<ct::horizontal_flip>);

struct tints : ct::needs_color {
  static void apply(auto& ctx, const auto&, const auto& x, auto& y) { ct::map(ctx, y, x * 0.5); }
};
static_assert(ct::Augmentation<tints, ct::image<8, 8, 3>> && !ct::Augmentation<tints, ct::image<8, 8, 1>>);

using pair = ct::views<ct::random_resized_crop<96, 64>, ct::horizontal_flip>;
static_assert(pair::count == 2 && std::is_same_v<pair::output<ct::image<32, 32, 3>>, ct::image<96, 64, 3>>);
static_assert(ct::n_views<4, ct::horizontal_flip>::count == 4);
static_assert(ct::detail::AcceptsSamples<pair, ct::image<32, 32, 3>>);
static_assert(ct::detail::AcceptsSamples<ct::views<tints>, ct::image<8, 8, 3>>);

}    // namespace

TEST_CASE("a configuration is set by its type, in every view that has it") {
  using set = ct::each_view<ct::compose<ct::horizontal_flip, ct::normalize>, ct::compose<ct::horizontal_flip>>;
  set::config c{ct::horizontal_flip::config{.probability = 0.25}, ct::normalize::config{.mean = {0.1, 0.2}}};
  CHECK(c.view<0>().of<ct::horizontal_flip>().probability == 0.25);
  CHECK(c.view<1>().of<ct::horizontal_flip>().probability == 0.25);
  CHECK(c.view<0>().of<ct::normalize>().mean == ct::channel_values{0.1, 0.2});
  c.view<1>().of<ct::horizontal_flip>().probability = 1;
  CHECK(c.view<0>().of<ct::horizontal_flip>().probability == 0.25);

  ct::views<ct::horizontal_flip, ct::normalize>::config alike;
  alike.of<ct::horizontal_flip>().probability = 0;
  CHECK(alike.view<1>().of<ct::horizontal_flip>().probability == 0);
}

TEST_CASE("every number of a configuration has a name") {
  using set = ct::views<ct::random_resized_crop<>, ct::intensity_jitter>;
  std::string names;
  const auto walk = [&](auto self, const std::string& path, const auto& value) -> void {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_arithmetic_v<T>) names += path + " ";
    else T::members([&](const char* name, const auto& m) { self(self, path + "." + name, m); }, value);
  };
  walk(walk, "views", set::config{});
  CHECK(names ==
        "views.lists.0.0.scale.from views.lists.0.0.scale.to views.lists.0.0.ratio.from "
        "views.lists.0.0.ratio.to views.lists.0.1.brightness views.lists.0.1.contrast "
        "views.lists.0.1.probability ");
}

TEST_CASE("channel values are one for all or one for each, and other counts are refused") {
  const ct::channel_values one = 0.5, three{1, 2, 3};
  CHECK(one.of(6, 7) == 0.5);
  CHECK(three.of(2, 3) == 3);
  CHECK_THROWS_AS(three.of(0, 2), ct::argument_error);
  CHECK_THROWS_AS((ct::channel_values{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}), ct::argument_error);
}

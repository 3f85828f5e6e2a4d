// SPDX-License-Identifier: MIT
// Views made in one pass against the generic bodies, on every instruction set that this machine has.
#include <contrastive/cpu.hpp>

#include "support/augmentation.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

#include <cstdlib>

namespace ct = contrastive;
namespace testing = contrastive::testing;
using namespace augmentation_support;
using namespace contrastive::on_cpu;

namespace {

std::vector<isa> sets() {
  std::vector<isa> all;
  for (isa set : {isa::portable, isa::avx2, isa::avx512})
    if (set <= best_isa()) all.push_back(set);
  return all;
}
bool wide() { return std::getenv("CONTRASTIVE_WIDE") != nullptr; }

template <class Views, class In>
constexpr std::size_t generic = ct::view_pass<ct::cpu, In, Views>::generic_augmentations;

template <class Views, class In, std::size_t Generic = 0>
void check(const typename Views::config& config = {}, double allowed = tolerance::augmentation) {
  static_assert(generic<Views, In> == Generic);
  ct::cpu_generic oracle{{.threads = 1}};
  const auto samples = numbered(70, wide() ? 256 : 24);
  const bytes x = random_pixels(samples.size() * In::size);
  const ct::random_key key{.seed = 5, .epoch = 2};
  const auto expected = testing::views_of<Views, In>(oracle, config, key, samples, x);
  const auto plain = testing::evaluated<Views, In>(oracle, config, x);
  for (isa set : sets()) {
    ct::cpu device{{.threads = 2, .instructions = set}};
    INFO(name_of(set) << ", " << In::height << " × " << In::width << " × " << In::channels);
    const auto y = testing::views_of<Views, In>(device, config, key, samples, x);
    CHECK(max_abs_difference(y, expected) < allowed);
    const auto from_values = testing::views_of<Views, In>(device, config, key, samples, in_unit_range(x));
    CHECK(max_abs_difference(from_values, y) < allowed / 10);
    CHECK(max_abs_difference(testing::evaluated<Views, In>(device, config, x), plain) < allowed);
    ct::cpu alone{{.threads = 1, .instructions = set}};
    CHECK(testing::views_of<Views, In>(alone, config, key, samples, x) == y);    // same bits
  }
}

template <int Height = 0, int Width = Height>
using simclr = ct::views<ct::random_resized_crop<Height, Width>, ct::horizontal_flip, ct::color_jitter,
                         ct::random_grayscale, ct::normalize>;
template <int Height = 0, int Width = Height>
using gray_simclr =
    ct::views<ct::random_resized_crop<Height, Width>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
const double over_color = tolerance::augmentation_over(0.2435), over_fashion = tolerance::augmentation_over(0.353);

}    // namespace

TEST_CASE("SimCLR's views in one pass are those of the generic bodies") {
  check<simclr<>, ct::image<32, 32, 3>>({color}, over_color);
  check<gray_simclr<19, 23>, ct::image<28, 28, 1>>({fashion}, over_fashion);
}

TEST_CASE("views in one pass take their list in its order, blur and several of a kind included") {
  using blurred =
      ct::views<ct::random_resized_crop<>, ct::color_jitter, ct::gaussian_blur<>, ct::horizontal_flip,
                ct::intensity_jitter, ct::solarize, ct::gaussian_blur<5>, ct::horizontal_flip, ct::normalize>;
  blurred::config c{color};
  c.of<ct::gaussian_blur<>>().probability = 0.7;
  check<blurred, ct::image<34, 35, 3>>(c, over_color);
  check<ct::each_view<ct::compose<ct::solarize, ct::intensity_jitter>,    // no crop
                      ct::compose<ct::random_resized_crop<>, ct::gaussian_blur<7>, ct::random_grayscale>>,
        ct::image<9, 12, 3>>();
}

TEST_CASE("an augmentation of one's own, wherever it stands, leaves the others their one pass") {
  using first = ct::views<random_invert, ct::random_resized_crop<>, ct::color_jitter, ct::normalize>;
  using middle = ct::views<ct::random_resized_crop<20, 24>, ct::horizontal_flip, random_invert, ct::color_jitter,
                           ct::gaussian_blur<5>, ct::normalize>;
  using last = ct::views<ct::random_resized_crop<>, ct::color_jitter, ct::random_grayscale, random_invert>;
  check<first, ct::image<17, 15, 3>, 1>({color}, over_color);
  check<middle, ct::image<32, 32, 3>, 1>({color}, over_color);
  check<last, ct::image<16, 18, 3>, 1>();
  check<ct::each_view<ct::compose<ct::horizontal_flip, random_invert>, ct::compose<random_invert, ct::solarize>>,
        ct::image<9, 12, 3>, 2>();
}

TEST_CASE("a list in an order that one pass does not know is made in several") {
  check<ct::views<ct::horizontal_flip, ct::random_resized_crop<>>, ct::image<11, 12, 3>>();
  check<ct::views<ct::normalize, ct::horizontal_flip>, ct::image<11, 12, 3>>({color}, over_color);
}

// how many of a list's first augmentations one pass takes
static_assert(augmentations_in_one_pass<>() == 0);
static_assert(augmentations_in_one_pass<ct::normalize>() == 1);
static_assert(augmentations_in_one_pass<random_invert, ct::normalize>() == 0);
static_assert(augmentations_in_one_pass<ct::horizontal_flip, ct::random_resized_crop<>>() == 1);
static_assert(augmentations_in_one_pass<ct::normalize, ct::horizontal_flip>() == 1);
static_assert(augmentations_in_one_pass<ct::random_resized_crop<>, ct::color_jitter, random_invert>() == 2);
using bicubic = ct::random_resized_crop<32, 32, ct::interpolation::bicubic>;
static_assert(augmentations_in_one_pass<bicubic, ct::horizontal_flip>() == 0);
static_assert(generic<ct::views<bicubic, ct::horizontal_flip>, ct::image<32, 32, 3>> == 1);
static_assert(generic<ct::views<>, ct::image<32, 32, 3>> == 0);

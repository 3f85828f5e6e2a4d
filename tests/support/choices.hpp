// SPDX-License-Identifier: MIT
#pragma once
// What a unit sees of the cpu's choices: types, sizes and pixels. Included by two units with other headers before it.
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/testing/augmentation_laws.hpp>

#include <string>
#include <typeinfo>
#include <vector>

struct choices {
  std::vector<std::string> types;
  std::vector<std::size_t> sizes;
  std::vector<double> pixels;
  bool operator==(const choices&) const = default;
};

/// By the unit that includes <contrastive/cpu.hpp>, and by the one that includes the device's headers one by one.
choices choices_by_cpu_header();
choices choices_by_device_headers();

namespace {

template <class... T>
choices facts_of(contrastive::type_list<T...>) {
  return {{typeid(T).name()...}, {sizeof(T)...}, {}};
}
/// Of this unit: a function of its own.
inline choices choices_of_this_unit() {
  namespace ct = contrastive;
  using sample = ct::image<9, 8, 3>;
  using views = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter>;
  using net = ct::sequential<ct::conv2d<8, 3>, ct::relu, ct::conv2d<8, 3>>;
  using rows = ct::tensor<ct::cpu, sample>;
  choices seen = facts_of(ct::type_list<ct::view_pass<ct::cpu, sample, views>, ct::training_pass<ct::cpu, net, sample>,
                                        ct::program_of<net, rows>::first_step, ct::program_of<net, rows>::result,
                                        ct::loss_pass<ct::cpu, ct::nt_xent, ct::features<8>>,
                                        ct::detail::pairwise<ct::nt_xent>::engine<ct::cpu>>{});
  seen.sizes.push_back(ct::program_of<net, rows>::generic_steps);
  seen.sizes.push_back(ct::view_pass<ct::cpu, sample, views>::generic_augmentations);
  ct::cpu device{{.threads = 1}};
  const std::vector<std::uint8_t> stored(2 * sample::size, 77);
  seen.pixels = ct::testing::views_of<views, sample>(device, {}, {.seed = 3}, {5, 8}, stored);
  return seen;
}

}    // namespace

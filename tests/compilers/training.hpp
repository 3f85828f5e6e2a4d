// SPDX-License-Identifier: MIT
#pragma once
// A small training on any device, for compilers and machines of other kinds.
#include <contrastive/contrastive.hpp>

#include <cstdint>
#include <vector>

namespace compilers_test {

namespace ct = contrastive;

struct recorder {
  std::vector<double>& losses;
  void on_step(const ct::step_info& step) { losses.push_back(step.loss); }
};

/// The losses of 8 steps.
template <class Device>
std::vector<double> losses() {
  using shape = ct::image<8, 8, 1>;
  using augmentations = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
  using simclr = ct::pipeline<Device, shape, augmentations, ct::small_convnet<4>, ct::mlp_bn<8, 8>, ct::nt_xent>;
  std::vector<std::uint8_t> pixels(64 * 64);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * i / 7 + i / 64 * 11);
  std::vector<double> found;
  simclr model{{.seed = 1, .optimizer = {.learning_rate = 1e-3, .nesterov = true, .weight_decay = 5e-4}}};
  (void)model.fit(ct::memory_images<shape>(pixels), {.epochs = 2, .batch = 16}, recorder{found});
  return found;
}

std::vector<double> losses_of_cpu();

}    // namespace compilers_test

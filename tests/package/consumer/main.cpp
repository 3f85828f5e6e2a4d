// SPDX-License-Identifier: MIT
// Somebody's program: trains a small encoder on images in memory, on the device of its component.
#if defined(COMPONENT_cpu)
#include <contrastive/cpu.hpp>
using device = contrastive::cpu;
#elif defined(COMPONENT_thrust)
#include <contrastive/thrust_host.hpp>
using device = contrastive::thrust_on<contrastive::cpp_system>;
#elif defined(COMPONENT_opencl)
#include <contrastive/opencl.hpp>
using device = contrastive::opencl;
#else
#include <contrastive/backend/reference.hpp>
using device = contrastive::reference;
#endif
#include <contrastive/contrastive.hpp>

#include <cstdint>
#include <iostream>
#include <variant>    // not used here, but its std::visit must not be taken for ours
#include <vector>

namespace ct = contrastive;

using sample = ct::image<8, 8, 1>;
using simclr = ct::pipeline<device, sample, ct::views<ct::random_resized_crop<>, ct::horizontal_flip>,
                            ct::sequential<ct::conv2d<4, 3>, ct::batch_norm, ct::relu, ct::global_average_pool>,
                            ct::mlp<8, 8>, ct::nt_xent>;

int main() {
  std::vector<std::uint8_t> pixels(64 * sample::size);    // (64, 8, 8, 1)
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * i % 251);

  simclr model{{.seed = 1}};
  const auto result = model.fit(ct::memory_images<sample>{pixels}, {.epochs = 4, .batch = 16});
  std::cout << result.steps << " steps, loss " << result.loss << " (chance " << result.chance_level << ")\n";
  return result.steps == 16 && result.loss < result.chance_level ? 0 : 1;
}

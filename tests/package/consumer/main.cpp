// SPDX-License-Identifier: MIT
// Somebody's program: trains a small encoder with parts of its own, on the device of its component.
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
#include "parts.hpp"

#include <iostream>
#include <variant>    // not used here, but its std::visit must not be taken for ours

namespace ct = contrastive;

using model = ct::pipeline<device, own::patterns::sample, ct::views<ct::horizontal_flip, own::brightness>,
                           ct::sequential<ct::conv2d<4, 3>, own::channel_scale, ct::relu, ct::global_average_pool>,
                           ct::mlp<8, 8>, own::squared_cosines>;

int main() {
  model trained{{.seed = 1}};
  const auto result = trained.fit(own::patterns{}, {.epochs = 4, .batch = 16});
  std::cout << result.steps << " steps, loss " << result.loss << " (chance " << result.chance_level << ")\n";
  return result.steps == 16 && result.loss < result.chance_level ? 0 : 1;
}

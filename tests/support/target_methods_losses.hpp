// SPDX-License-Identifier: MIT
#pragma once
// The losses of methods with targets on a device, beside those of the reference.
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/target_methods.hpp"
#include "support/tolerance.hpp"

#include <cmath>

namespace target_methods_test {

template <class Pipeline>
void has_the_losses_of_the_reference(const char* name) {
  const auto found = few_losses<Pipeline>();
  const auto expected = golden("target_methods")[name].values;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(name << ", step " << i << ": " << found[i] << ", the reference " << expected[i]);
    CHECK(std::abs(found[i] - expected[i]) < tolerance::few_steps * std::max(1., std::abs(expected[i])));
  }
}

template <class Device>
void all_have_the_losses_of_the_reference() {
  has_the_losses_of_the_reference<byol<Device>>("byol");
  has_the_losses_of_the_reference<moco_v3<Device>>("moco_v3");
  has_the_losses_of_the_reference<nnclr<Device>>("nnclr");
  has_the_losses_of_the_reference<fast_siam<Device>>("fast_siam");
}

}    // namespace target_methods_test

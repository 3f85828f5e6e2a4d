// SPDX-License-Identifier: MIT
#pragma once
// The losses of SwAV and DINO on a device, beside those of the reference.
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/teachers.hpp"
#include "support/tolerance.hpp"

namespace teachers_test {

template <class Pipeline>
void has_the_losses_of_the_reference(const char* name) {
  const auto found = few_losses<Pipeline>();
  const auto expected = golden("teachers")[name].values;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(name << ", step " << i << ": " << found[i] << ", the reference " << expected[i]);
    CHECK(relative_difference(found[i], expected[i]) < tolerance::few_steps);
  }
}

}    // namespace teachers_test

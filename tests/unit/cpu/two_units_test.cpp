// SPDX-License-Identifier: MIT
// Nothing is chosen by the headers that a unit happens to include: two units that are linked together choose alike.
#include <contrastive/cpu.hpp>

#include "support/catch.hpp"
#include "support/choices.hpp"

choices choices_by_cpu_header() { return choices_of_this_unit(); }

TEST_CASE("a unit with the cpu's door and one with the device's headers have the same steps, engines and views") {
  const choices here = choices_by_cpu_header(), there = choices_by_device_headers();
  CHECK(here.types == there.types);
  CHECK(here.sizes == there.sizes);
  CHECK(here.pixels == there.pixels);
  CHECK(here.sizes.back() == 0);    // no augmentation fell back, here or there
}

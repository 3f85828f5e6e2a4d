// SPDX-License-Identifier: MIT
// SwAV with its queues and DINO on OpenCL, on views of two sizes.
#include "support/backend_under_test.hpp"
#include "support/teachers_losses.hpp"

using namespace teachers_test;

TEST_CASE("the losses of 8 steps on views of two sizes are those of the reference", "[long]") {
  has_the_losses_of_the_reference<swav_of_crops<device>>("swav_of_crops");
  has_the_losses_of_the_reference<dino_of_crops<device>>("dino_of_crops");
}

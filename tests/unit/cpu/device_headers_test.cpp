// SPDX-License-Identifier: MIT
// The other unit of two_units_test: who asks for overrides is included before the device, the list comes last.
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/loss/loss.hpp>
#include <contrastive/net/network.hpp>
// the device
#include <contrastive/backend/cpu/device.hpp>
// its list
#include <contrastive/backend/cpu/steps/overrides.hpp>

#include "support/catch.hpp"
#include "support/choices.hpp"

choices choices_by_device_headers() { return choices_of_this_unit(); }

TEST_CASE("the device's own headers are enough for its fast steps and views") {
  const choices here = choices_by_device_headers();
  CHECK(here.sizes[here.sizes.size() - 2] == 0);    // generic steps
  CHECK(here.sizes.back() == 0);                    // generic augmentations
}

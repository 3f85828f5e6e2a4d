// SPDX-License-Identifier: MIT
// The CPU's overrides of training that overrides_test.cpp leaves out: each equals the generic body.
#include <contrastive/cpu.hpp>

#include "support/check_overrides.hpp"

using namespace contrastive;

TEST_CASE("the other overrides of training equal the generic body in double on their examples, in phase fixed too") {
  on_every_precision([](cpu& device, bool exact) {
    overrides_support::check_half_of_examples<1>(device, exact ? 1 : tolerance::winograd_share,
                                                 cpu::overrides<training>{});
  });
}

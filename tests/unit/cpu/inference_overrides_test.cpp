// SPDX-License-Identifier: MIT
// The CPU's overrides of inference: each is chosen for its example and equals the generic body.
#include <contrastive/cpu.hpp>

#include "support/check_overrides.hpp"

using namespace contrastive;

static_assert(overrides_support::each_is_chosen<cpu, inference>);

TEST_CASE("every override of inference equals the generic body in double on its example") {
  on_every_precision([](cpu& device, bool exact) {
    overrides_support::check_examples(device, exact ? 1 : tolerance::winograd_share, cpu::overrides<inference>{});
  });
}

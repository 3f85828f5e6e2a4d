// SPDX-License-Identifier: MIT
// The CPU's overrides of training: each is chosen for its example, and every second equals the generic body; the others
// are in other_overrides_test.cpp.
#include <contrastive/cpu.hpp>

#include "support/check_overrides.hpp"

using namespace contrastive;

namespace {

static_assert(overrides_support::each_is_chosen<cpu, training> && overrides_support::each_is_chosen<cpu, fixed>);
static_assert(overrides_support::each_is_chosen<cpu, following>);
// steps that ask facts serve every phase with a tape or statistics of the batch: the fast path is training's
static_assert(std::is_same_v<cpu::overrides<fixed>, cpu::overrides<training>>);
static_assert(std::is_same_v<cpu::overrides<following>, cpu::overrides<training>>);

}    // namespace

TEST_CASE("every second override of training equals the generic body in double on its example, in phase fixed too") {
  on_every_precision([](cpu& device, bool exact) {
    overrides_support::check_half_of_examples<0>(device, exact ? 1 : tolerance::winograd_share,
                                                 cpu::overrides<training>{});
  });
}

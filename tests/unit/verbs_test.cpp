// SPDX-License-Identifier: MIT
// Laws of the nine verbs on every backend.
#include <contrastive/testing/backend_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
namespace testing = contrastive::testing;

static_assert(ct::Backend<device>);

TEST_CASE("every law of backends holds") {
  const testing::backend_law_options options{
      .map = tolerance::map, .functions = tolerance::map, .sums = tolerance::sums};
  for (const testing::law& each : testing::backend_laws(shared_device(), options)) {
    INFO(testing::text_of(each));
    CHECK(each.holds());
  }
}

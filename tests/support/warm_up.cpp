// SPDX-License-Identifier: MIT
// Run once before all other tests of a device that compiles its kernels: what it keeps on disk is then there for them.
#include "support/backend_under_test.hpp"
#include "support/catch.hpp"

TEST_CASE("a device can be made", "[.warm_up]") { CHECK_NOTHROW(make_device()); }

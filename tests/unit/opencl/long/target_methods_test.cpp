// SPDX-License-Identifier: MIT
// Methods with targets on OpenCL.
#include "support/backend_under_test.hpp"
#include "support/target_methods_losses.hpp"

TEST_CASE("the losses of 8 steps of a method with targets are those of the reference", "[long]") {
  target_methods_test::all_have_the_losses_of_the_reference<device>();
}

// SPDX-License-Identifier: MIT
// BigBiGAN on the CPU: what it promises of any method, and images out of it.
#include "support/generative.hpp"
#include "support/method_laws.hpp"

using namespace generative_test;
using model = bigbigan<ct::cpu>;

TEST_CASE("the losses of 8 steps of a BigBiGAN are those of the reference") {
  method_laws::are_the_losses_of_the_reference("bigbigan", few_losses<model>());
}

TEST_CASE("a BigBiGAN has the same bits with 1 and 3 threads, stopped and resumed or not, and so has its clone") {
  method_laws::stops_and_threads_change_no_bit<model>(slow_settings<model>());
}

TEST_CASE("after the first steps a step of a BigBiGAN allocates nothing") {
  method_laws::allocates_nothing<model>(slow_settings<model>(), 2);
}

TEST_CASE("a BigBiGAN rebuilds images and freezes its encoder") {
  const model m;
  const auto data = ct::unlabeled(ct::first(images(), 5));
  CHECK(ct::reconstruct(m, data).columns() == 12 * 12);
  CHECK(m.freeze().embed(data).columns() == 16);
}

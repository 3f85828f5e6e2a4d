// SPDX-License-Identifier: MIT
// AAVAE on the CPU: what it promises of any method, and images out of it.
#include "support/generative.hpp"
#include "support/method_laws.hpp"

using namespace generative_test;
using model = aavae<ct::cpu>;

TEST_CASE("the losses of 8 steps of an AAVAE are those of the reference") {
  method_laws::are_the_losses_of_the_reference("aavae", few_losses<model>());
}

TEST_CASE("an AAVAE has the same bits with 1 and 3 threads, stopped and resumed or not, and so has its clone") {
  method_laws::stops_and_threads_change_no_bit<model>(slow_settings<model>());
}

TEST_CASE("after the first steps a step of an AAVAE allocates nothing") {
  method_laws::allocates_nothing<model>(slow_settings<model>(), 2);
}

TEST_CASE("an AAVAE generates the same images for a seed, and rebuilds images by their mean codes") {
  model trained{slow_settings<model>()};
  (void)trained.fit(ct::unlabeled(ct::first(images(), 64)), {.epochs = 1, .batch = 16});
  const auto made = ct::generate(trained, 5, 3);
  CHECK(made.rows() == 5);
  CHECK(made.columns() == 12 * 12);
  CHECK(made == ct::generate(trained, 5, 3));
  CHECK_FALSE(made == ct::generate(trained, 5, 4));
  const auto fewer = ct::generate(trained, 2, 3);
  CHECK(std::equal(fewer.data(), fewer.data() + 2 * 12 * 12, made.data()));

  const auto data = ct::unlabeled(ct::first(images(), 7));
  const auto rebuilt = ct::reconstruct(trained, data, 3);
  const auto q = ct::outputs(trained, data);    // (7, 8): means, then log variances
  ct::matrix codes(7, 4);
  for (std::size_t r = 0; r < 7; ++r) std::copy_n(q.row(r).begin(), 4, codes.row(r).begin());
  CHECK(rebuilt == ct::decode(trained, codes, 7));
  CHECK_THROWS_WITH(ct::decode(trained, q),
                    "this decoder takes codes of 4 numbers, some rows at once; found 8 numbers, 256 rows at once");
}

// SPDX-License-Identifier: MIT
// GAN on the CPU: what it promises of any method, and images out of it.
#include "support/generative.hpp"
#include "support/method_laws.hpp"

using namespace generative_test;
using model = gan<ct::cpu>;

TEST_CASE("the losses of 8 steps of a GAN are those of the reference") {
  method_laws::are_the_losses_of_the_reference("gan", few_losses<model>());
}

TEST_CASE("a GAN has the same bits with 1 and 3 threads, stopped and resumed or not, and so has its clone") {
  method_laws::stops_and_threads_change_no_bit<model>(slow_settings<model>());
}

TEST_CASE("after the first steps a step of a GAN allocates nothing") {
  method_laws::allocates_nothing<model>(slow_settings<model>(), 2);
}

TEST_CASE("the generator's step leaves the discriminator as it was") {
  model trained{{.seed = 3, .optimizer_of = {{"generator", {.learning_rate = 0}}}}};
  auto waits = trained.configuration();
  waits.method.discriminator_steps = 1000;    // the generator never has its turn
  model never{waits};
  const auto data = ct::unlabeled(ct::first(images(), 16));    // one step
  (void)trained.fit(data, {.epochs = 1, .batch = 16}), (void)never.fit(data, {.epochs = 1, .batch = 16});
  for (const auto& [path, values] : training_test::weights_of(trained))
    if (path.find("weight_u") == path.npos) CHECK(values == training_test::weights_of(never).at(path));
  // but the pass through it is one more power iteration
  const auto vector_of = [](const model& m) { return training_test::weights_of(m).at("encoder.0.weight_u"); };
  CHECK_FALSE(vector_of(trained) == vector_of(never));
}

TEST_CASE("a GAN generates images in the views' units, and refuses a generator that never learns") {
  const model m;
  CHECK(ct::generate(m, 3).columns() == 12 * 12);
  CHECK(ct::generate(m, 0).rows() == 0);
  auto wrong = m.configuration();
  wrong.method.discriminator_steps = 0;
  model refused{wrong};
  CHECK_THROWS_WITH(refused.fit(ct::unlabeled(ct::first(images(), 32)), {.epochs = 1, .batch = 16}),
                    "discriminator_steps is the number of batches for each one of the generator: at least 1, found 0");
}

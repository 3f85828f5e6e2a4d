// SPDX-License-Identifier: MIT
// Laws of training, on every backend.
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"
#include "support/training.hpp"

#include <filesystem>

using namespace training_test;

namespace {

// Without momentum: with it, a relu whose input changes its sign by rounding drives two runs apart within some 20 steps.
template <class Device>
std::vector<double> losses_of_50_steps() {
  std::vector<double> losses;
  small_pipeline<Device> model{{.seed = 1, .optimizer = {.learning_rate = 0.01, .momentum = 0}}};
  (void)model.fit(ct::unlabeled(ct::first(images(), 160)), {.epochs = 10, .batch = 32}, recorder{losses});
  return losses;
}

}    // namespace

TEST_CASE("the losses of 50 SimCLR steps are those of the reference") {
  const auto found = losses_of_50_steps<device>();
  const auto expected = golden("trajectory")["losses"].values;    // of the reference, which is held to them as well
  REQUIRE(found.size() == 50);
  REQUIRE(expected.size() == 50);
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO("step " << i);
    CHECK(relative_difference(found[i], expected[i]) < tolerance::trajectory);
  }
  CHECK(found.back() < found.front());
}

TEST_CASE("a short run moves the loss below its chance level") {
  std::vector<double> losses;
  small_pipeline<device> model{small_settings<device>(1, 0.2)};
  const auto result = model.fit(ct::unlabeled(ct::first(images(), 256)), {.epochs = 5, .batch = 32}, recorder{losses});
  CHECK(result.ended == ct::outcome::finished);
  CHECK(result.steps == 40);
  CHECK(losses.front() > 0.95 * result.chance_level);    // an untrained encoder fails the bound below
  CHECK(result.loss < 0.9 * result.chance_level);
}

TEST_CASE("training k steps, stopping and resuming equals never having stopped, bit for bit") {
  const auto data = ct::unlabeled(ct::first(images(), 96));
  const ct::fit_options options{.epochs = 3, .batch = 16};
  const auto folder = std::filesystem::temp_directory_path() / ("contrastive_resume_" + std::string(backend_name));
  std::filesystem::remove_all(folder);
  std::vector<double> straight, pieces;

  small_pipeline<device> one{{.seed = 5}};
  const auto whole = one.fit(data, options, recorder{straight});
  for (const int stop : {3, 5, 10, -1}) {    // inside an epoch, at its end, inside the next, never
    small_pipeline<device> other{{.seed = 5}};
    const auto part = other.fit(data, options, recorder{pieces, stop}, ct::checkpoints{folder});
    CHECK(part.ended == (stop < 0 ? ct::outcome::finished : ct::outcome::interrupted));
    if (stop < 0) {
      CHECK(part.loss == whole.loss);
      CHECK(weights_of(other) == weights_of(one));
    }
  }
  CHECK(pieces == straight);
  std::filesystem::remove_all(folder);
}

TEST_CASE("the same seed gives the same bits, another seed others") {
  const auto data = ct::unlabeled(ct::first(images(), 64));
  const auto train = [&](std::uint64_t seed) {
    small_pipeline<device> model{{.seed = seed}};
    (void)model.fit(data, {.epochs = 1, .batch = 16});
    return weights_of(model);
  };
  const auto first = train(1);
  CHECK(train(1) == first);
  CHECK_FALSE(train(2) == first);
}

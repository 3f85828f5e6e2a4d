// SPDX-License-Identifier: MIT
// Laws of training, on every backend.
#include <contrastive/backend/reference.hpp>
#include <contrastive/train/checkpoints.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"
#include "support/training.hpp"

#include <filesystem>

using namespace training_test;

namespace {

template <class Device>
std::vector<double> losses_of_50_steps() {
  std::vector<double> losses;
  small_pipeline<Device> model{{.seed = 2, .optimizer = {.learning_rate = 0.01}}};
  (void)model.fit(ct::unlabeled(ct::first(images(), 160)), {.epochs = 10, .batch = 32}, recorder{losses});
  return losses;
}

}    // namespace

TEST_CASE("the losses of 50 SimCLR steps are those of the reference") {
  const auto expected = losses_of_50_steps<ct::reference>(), found = losses_of_50_steps<device>();
  REQUIRE(found.size() == 50);
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO("step " << i);
    CHECK(relative_difference(found[i], expected[i]) < tolerance::trajectory);
  }
  CHECK(found.back() < found.front());
}

TEST_CASE("a short run moves the loss below its chance level") {
  small_pipeline<device> model{{.seed = 1, .loss = {.temperature = 0.2}}};
  const auto result = model.fit(ct::unlabeled(ct::first(images(), 512)), {.epochs = 5, .batch = 64});
  CHECK(result.ended == ct::outcome::finished);
  CHECK(result.steps == 40);
  CHECK(result.loss < 0.8 * result.chance_level);    // an untrained encoder of this net stays within 10 %
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

TEST_CASE("a pass for each view has its own batch statistics, and learns as well") {
  const auto data = ct::unlabeled(ct::first(images(), 128));
  const auto train = [&](ct::passes how) {
    std::vector<double> losses;
    small_pipeline<device> model{{.seed = 1, .view_passes = how}};
    (void)model.fit(data, {.epochs = 4, .batch = 32}, recorder{losses});
    return losses;
  };
  const auto together = train(ct::passes::together), apart = train(ct::passes::each_view);
  CHECK_FALSE(together == apart);
  CHECK(apart.back() < apart.front());
  CHECK(relative_difference(together.front(), apart.front()) < 0.1);
}

TEST_CASE("supervised contrastive training pulls classes together") {
  std::vector<double> losses;
  small_pipeline<device, ct::sup_con> model{{.seed = 1}};
  (void)model.fit(ct::first(images(), 256), {.epochs = 6, .batch = 64}, recorder{losses});
  CHECK(losses.back() < losses.front() - 0.3);
}

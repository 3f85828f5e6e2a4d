// SPDX-License-Identifier: MIT
// Dropout in whole runs: its numbers follow from seed, step and place, so a resumed run loses what it would have lost.
#include <contrastive/backend/reference.hpp>
#include <contrastive/nn/dropout.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"

using namespace training_test;

namespace {

using head = ct::sequential<ct::linear<16>, ct::relu, ct::dropout, ct::linear<8>>;
using dropping = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<14, 14>>,
                              ct::mlp_encoder<16, 16>, head, ct::nt_xent>;

dropping with_probability(double probability) {
  dropping::settings s{.seed = 5, .loss = {.temperature = 0.2}};
  s.network.all<ct::dropout>([&](auto& c) { c.probability = probability; });
  return dropping{s};
}
std::vector<double> losses_with(double probability) {
  std::vector<double> losses;
  auto model = with_probability(probability);
  (void)model.fit(ct::unlabeled(ct::first(images(), 48)), {.epochs = 2, .batch = 16}, recorder{losses});
  return losses;
}

}    // namespace

TEST_CASE("a resumed run with dropout equals one that never stopped, bit for bit") {
  const auto data = ct::unlabeled(ct::first(images(), 96));
  const ct::fit_options options{.epochs = 3, .batch = 16};
  const temporary_folder folder;
  std::vector<double> straight, pieces;
  dropping one{{.seed = 5}};
  (void)one.fit(data, options, recorder{straight});
  for (const int stop : {3, 6, 11, -1}) {
    dropping other{{.seed = 5}};
    (void)other.fit(data, options, recorder{pieces, stop}, ct::checkpoints{folder.path()});
    if (stop < 0) CHECK(weights_of(other) == weights_of(one));
  }
  CHECK(pieces == straight);
}

TEST_CASE("dropout changes a run as its probability says, and what is embedded draws nothing") {
  CHECK(losses_with(0.5) == losses_with(0.5));
  CHECK_FALSE(losses_with(0.5) == losses_with(0.1));
  const dropping model{{.seed = 5}};
  const auto few = ct::unlabeled(ct::first(images(), 8));
  CHECK(model.embed(few) == model.embed(few));
}

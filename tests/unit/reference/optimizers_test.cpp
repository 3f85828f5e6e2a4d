// SPDX-License-Identifier: MIT
// Laws of whole runs with Adam, AdamW and LARS. (Each update alone, and runs with SGD, on every
// backend: optim_test.cpp, pipeline_test.cpp.)
#include <contrastive/backend/reference.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/optim/lars.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"

using namespace training_test;

namespace {

template <class Optimizer>
using perceptron = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<14, 14>>,
                                ct::mlp_encoder<16, 16>, ct::mlp<16, 8>, ct::nt_xent, Optimizer>;

/// What one run with four pauses in it ends with: its losses and weights are those of a run without.
template <class Optimizer>
void resumes(const typename Optimizer::config& config) {
  const auto data = ct::unlabeled(ct::first(images(), 96));
  const ct::fit_options options{.epochs = 3, .batch = 16};
  const temporary_folder folder;
  std::vector<double> straight, pieces;
  perceptron<Optimizer> one{{.seed = 5, .loss = {.temperature = 0.2}, .optimizer = config}};
  const auto whole = one.fit(data, options, recorder{straight});
  CHECK(whole.loss < straight.front());
  for (const int stop : {3, 5, 10, -1}) {    // inside an epoch, at its end, inside the next, never
    perceptron<Optimizer> other{{.seed = 5, .loss = {.temperature = 0.2}, .optimizer = config}};
    const auto part = other.fit(data, options, recorder{pieces, stop}, ct::checkpoints{folder.path()});
    if (stop < 0) CHECK((part.loss == whole.loss && weights_of(other) == weights_of(one)));
  }
  CHECK(pieces == straight);
}

}    // namespace

TEST_CASE("a resumed run with Adam, AdamW or LARS equals one that never stopped, bit for bit") {
  resumes<ct::adam>({});
  resumes<ct::adamw>({});
  resumes<ct::lars>({.trust = 0.02});
  resumes<ct::lars>({.nesterov = true, .trust = 0.02, .form = ct::lars_form::torch, .clip = true});
}

TEST_CASE("a checkpoint of another optimizer is refused with what differs") {
  const auto data = ct::unlabeled(ct::first(images(), 32));
  const temporary_folder folder;
  perceptron<ct::adam> model{{.seed = 5}};
  (void)model.fit(data, {.epochs = 1, .batch = 16}, ct::checkpoints{folder.path()});
  perceptron<ct::adamw> other{{.seed = 5, .optimizer = {.weight_decay = 0}}};    // the same numbers, another rule
  CHECK_THROWS_WITH(other.fit(data, {.epochs = 1, .batch = 16}, ct::checkpoints{folder.path()}),
                    contains("it was written with optimizer = adam, this run has adamw"));
}

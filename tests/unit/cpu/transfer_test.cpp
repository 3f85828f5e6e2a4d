// SPDX-License-Identifier: MIT
// Fine-tuning and transfer on the CPU: the same bits whatever the threads and stops, no allocation in a step; one call
// that is its parts by hand.
#include <contrastive/data/only_classes.hpp>
#include <contrastive/train/transfer.hpp>

#include "support/contains.hpp"
#include "support/fine_tuning.hpp"
#include "support/method_laws.hpp"

using namespace fine_tuning_test;
using tuned_encoder = tuned<ct::cpu>;
using frozen_encoder = tuned<ct::cpu, ct::frozen_encoder>;

namespace {

/// Five classes to five others.
const auto source = ct::only_classes(ct::first(images(), 200), {0, 1, 2, 3, 4});
const auto known = ct::only_classes(ct::first(images(), 400), {5, 6, 7, 8, 9});
const auto asked = ct::only_classes(ct::first(training_test::shipped().test(), 200), {5, 6, 7, 8, 9});

template <class Views, class Head, class LossOrMethod>
using small = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, Views, ct::small_convnet<4>, Head, LossOrMethod>;
using crop = ct::random_resized_crop<14, 14>;
using pretrained = small<ct::n_views<1, crop, ct::normalize>, ct::linear<5>, ct::cross_entropy>;
using reader = small<ct::n_views<1, crop, ct::normalize>, ct::linear<5>, ct::fine_tune<>>;

const ct::transfer_options few_steps{.shares = {1, 0.1}, .steps = 20, .batch = 16};

}    // namespace

TEST_CASE("fine-tuning has the same bits with one thread and with three, and after stops") {
  method_laws::stops_and_threads_change_no_bit<tuned_encoder>(slow_settings<tuned_encoder>());
  method_laws::stops_and_threads_change_no_bit<frozen_encoder>(slow_settings<frozen_encoder>());
}

TEST_CASE("a step of fine-tuning allocates nothing, also when the encoder begins to learn") {
  method_laws::allocates_nothing<frozen_encoder>(slow_settings<frozen_encoder>(), 1);
  method_laws::allocates_nothing<tuned_encoder>({.seed = 3}, 1);
  auto half = slow_settings<tuned_encoder>();
  half.method.head_alone = 0.25;    // it begins with step 4
  method_laws::allocates_nothing<tuned_encoder>(half, 4);
}

TEST_CASE("a transfer is pre-training, a linear classifier and fine-tuning of each share of the labels, by hand") {
  const ct::fit_options pretraining{.epochs = 1, .batch = 20};
  const reader::settings settings{.seed = 4, .method = {.head_alone = 0.2}};
  pretrained one{{.seed = 2}}, other{{.seed = 2}};
  const auto result = ct::transfer<reader>(one, source, pretraining, known, asked, settings, few_steps);
  (void)other.fit(source, pretraining);
  REQUIRE(result.readings.size() == 2);
  CHECK(weights_of(one) == weights_of(other));

  const auto numbers = ct::labeled_fraction(known, 0.1);
  const auto labeled = ct::subset(known, numbers);
  const auto& tenth = result.readings[1];
  CHECK((tenth.share == 0.1 && tenth.images == int(numbers.size())));
  CHECK(tenth.linear == ct::linear_evaluation(other.freeze(), labeled, asked, {.choose_l2 = true}).accuracy);
  reader model(settings);
  ct::copy_encoder(other, model);
  const int in_an_epoch = tenth.images / 16;
  (void)model.fit(labeled, {.epochs = (20 + in_an_epoch - 1) / in_an_epoch, .batch = 16});
  CHECK(tenth.fine_tuned == ct::classify(model, asked).accuracy);
}

TEST_CASE("a transfer reads only what it is asked for, and nothing after a pre-training that was stopped") {
  pretrained model{{.seed = 2}};
  auto linear_alone = few_steps;
  linear_alone.steps = 0;
  const auto readings = ct::read_transfer<reader>(model, known, asked, {.seed = 4}, linear_alone);
  CHECK((readings.size() == 2 && readings[0].linear && !readings[0].fine_tuned));
  auto tuned_alone = few_steps;
  tuned_alone.read_linear = false;
  const auto others = ct::read_transfer<reader>(model, known, asked, {.seed = 4}, tuned_alone);
  CHECK((others.size() == 2 && !others[0].linear && others[0].fine_tuned));

  std::vector<double> losses;
  const auto stopped = ct::transfer<reader>(model, source, {.epochs = 1, .batch = 20}, known, asked, {.seed = 4},
                                            few_steps, recorder{losses, 1});
  CHECK((stopped.readings.empty() && stopped.pretraining.ended == ct::outcome::interrupted));
  CHECK(ct::read_transfer<reader>(model, known, asked, {}, tuned_alone, recorder{losses, 1}).empty());
}

TEST_CASE("options that no transfer can mean are refused, before it trains") {
  const pretrained model{{.seed = 2}};
  const auto read = [&](const ct::transfer_options& o) {
    (void)ct::read_transfer<reader>(model, known, asked, {.seed = 4}, o);
  };
  CHECK_THROWS_AS(read({.shares = {}}), ct::argument_error);
  CHECK_THROWS_AS(read({.shares = {2}}), ct::argument_error);
  CHECK_THROWS_AS(read({.shares = {1e-6}}), ct::argument_error);
  CHECK_THROWS_WITH(read({.shares = {1. / 40}}), contains("leaves a class with one label"));
  CHECK_NOTHROW(read({.shares = {1. / 40}, .linear = {}, .steps = 0}));
  CHECK_THROWS_AS(read({.steps = -1}), ct::argument_error);
  CHECK_THROWS_AS(read({.batch = 1}), ct::argument_error);
  pretrained other{{.seed = 2}};
  CHECK_THROWS_AS(ct::transfer<reader>(other, source, {.epochs = 1, .batch = 20}, known, asked, {}, {.shares = {1e-6}}),
                  ct::argument_error);
  CHECK(weights_of(other) == weights_of(model));
}

// SPDX-License-Identifier: MIT
// Views of two sizes on the CPU, under SwAV with its queues and under DINO: the reference's losses, the same bits whatever
// the threads and after a stop, no allocation; what local views are drawn by, and what a queue refuses.
#include <contrastive/augment/view_pixels.hpp>
#include <contrastive/data/memory.hpp>

#include "support/method_laws.hpp"
#include "support/teachers_losses.hpp"

using namespace teachers_test;
using crop_swav = swav_of_crops<ct::cpu>;
using crop_dino = dino_of_crops<ct::cpu>;

namespace {

const auto few = ct::unlabeled(ct::first(images(), 48));

std::string refusal_of(const crop_swav::settings& s, int batch) {
  try {
    crop_swav model{s};
    (void)model.fit(few, {.epochs = 1, .batch = batch});
  } catch (const ct::argument_error& problem) {
    return problem.what();
  }
  return "no argument_error was thrown";
}

}    // namespace

TEST_CASE("the losses of 8 steps on views of two sizes are those of the reference") {
  has_the_losses_of_the_reference<crop_swav>("swav_of_crops");
  has_the_losses_of_the_reference<crop_dino>("dino_of_crops");
}

TEST_CASE(
    "views of two sizes and queues leave the same bits with 1 and 3 threads, stopped and resumed, and in a clone") {
  method_laws::stops_and_threads_change_no_bit<crop_swav>({.seed = 5, .method = {.queue_from_epoch = 1}});
  method_laws::stops_and_threads_change_no_bit<crop_dino>({.seed = 5, .view_passes = ct::passes::each_view});
}

TEST_CASE("after the first step a step on views of two sizes allocates nothing, its queue being used or not") {
  method_laws::allocates_nothing<crop_swav>({.seed = 3, .method = {.queue_from_epoch = 1}}, 0);
  method_laws::allocates_nothing<crop_dino>({.seed = 3}, 0);
}

TEST_CASE("global views are those that stand alone, local views are drawn as the views behind them") {
  ct::cpu device;
  using crop = ct::random_resized_crop<10, 9>;
  const auto sample = ct::first(images(), 3);
  const auto seen = [&]<class Views>(std::type_identity<Views>) { return ct::view_pixels<Views>(device, sample); };
  using three_crops = ct::n_views<3, crop>;
  using crops = ct::multi_crop<ct::n_views<1, crop>, ct::n_views<2, crop>>;
  const auto alone = seen(std::type_identity<three_crops>{}), global = seen(std::type_identity<crops>{}),
             local = seen(std::type_identity<crops::local>{});
  REQUIRE(global.size() == 1);
  REQUIRE(local.size() == 2);
  CHECK(global[0] == alone[0]);
  CHECK(local[0] == alone[1]);
  CHECK(local[1] == alone[2]);
}

TEST_CASE("a configuration reaches the views that have it: of one size, or of both") {
  static_assert(std::is_same_v<decltype(two_sizes::config::local), two_sizes::local::config>);
  two_sizes::config c{ct::random_resized_crop<14>::config{.scale = {0.4, 1}},
                      ct::random_resized_crop<10, 9>::config{.scale = {0.05, 0.4}},
                      ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  CHECK(c.of<ct::random_resized_crop<14>>().scale.from == 0.4);
  CHECK(c.local.of<ct::random_resized_crop<10, 9>>().scale.to == 0.4);
  CHECK(c.of<ct::normalize>().mean.of(0, 1) == 0.286);
  CHECK(c.local.of<ct::normalize>().mean.of(0, 1) == 0.286);
}

TEST_CASE("a queue changes nothing before its epoch, and the loss from then on") {
  const auto losses = [](int epoch) {
    std::vector<double> all;
    crop_swav model{{.seed = 3, .method = {.queue_from_epoch = epoch}}};
    (void)model.fit(few, {.epochs = 2, .batch = 16}, recorder{all});
    return all;
  };
  const auto never = losses(2), late = losses(1), early = losses(0);
  REQUIRE(never.size() == 6);
  CHECK(std::equal(never.begin(), never.begin() + 3, late.begin()));
  CHECK(never[3] != late[3]);
  CHECK(late == early);    // 40 vectors are there after three steps of 16, whatever the epoch
}

TEST_CASE("queues that no run can mean are refused by a sentence") {
  CHECK(refusal_of({.method = {.queue_from_epoch = -1}}, 16) ==
        "swav: queue_from_epoch counts epochs from 0; it is -1");
  CHECK(refusal_of({}, 48) == "a queue of 40 vectors cannot take 48 at once: make it longer than a batch");
}

TEST_CASE("a teacher of two sizes is frozen at that of the global views") {
  crop_dino model{{.seed = 3}};
  CHECK(model.freeze("teacher").embed(few).rows() == 48);
}

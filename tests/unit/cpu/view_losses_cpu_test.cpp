// SPDX-License-Identifier: MIT
// What the CPU promises of losses of views: the same bits whatever the threads, no allocation after the first batch; and of
// a run whose loss draws at random, that it resumes to the same bits.
#include <contrastive/cpu.hpp>
#include <contrastive/loss/barlow_twins.hpp>
#include <contrastive/loss/sigreg.hpp>
#include <contrastive/loss/vicreg.hpp>
#include <contrastive/testing/loss_laws.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"

using namespace training_test;

namespace {

constexpr int width = 37;
using slices = ct::lejepa<40>;

using plain_views = ct::n_views<2>;    // every view is the image: what changes from step to step is the loss's own
template <class Views>
using with_lejepa = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, Views, ct::mlp_encoder<24, 16>, ct::linear<12>, slices>;
using small_lejepa = with_lejepa<ct::n_views<2, ct::random_resized_crop<14, 14>>>;

template <class Pipeline>
std::vector<double> losses_of(const typename Pipeline::settings& s, int threads, auto&&... callbacks) {
  ct::cpu device{{.threads = threads}};
  std::vector<double> losses;
  Pipeline model(s, device);
  (void)model.fit(ct::unlabeled(ct::first(images(), 96)), {.epochs = 2, .batch = 32}, recorder{losses}, callbacks...);
  return losses;
}

}    // namespace

TEMPLATE_TEST_CASE(
    "a loss of views has the same bits for 1, 2 and 3 threads, and allocates nothing after its first batch", "",
    ct::barlow_twins, ct::vicreg, slices) {
  const auto z = ct::testing::normal_numbers(2 * 300 * width, 3);
  std::vector<ct::testing::judged> found;
  for (const int threads : {1, 2, 3}) {
    ct::cpu device{{.threads = threads}};
    ct::testing::loss_trial<ct::cpu, TestType, width> trial(device, 600);
    found.push_back(trial(z, {}, 2, {}));
    CHECK(found.back().report.value == found[0].report.value);
    CHECK((found.back().gradient == found[0].gradient));
  }

  using rows = ct::tensor<ct::cpu, ct::features<width>>;
  ct::cpu device;
  ct::loss_pass<ct::cpu, TestType, ct::features<width>> loss(device, 600);
  ct::memory<ct::cpu, ct::pack<rows, rows>> ends(device, 600);
  std::copy(z.begin(), z.end(), ct::part<0>(ends.value).data);
  const auto allocated_in_a_step = [&](std::uint32_t step) {
    const long before = allocations.load();
    loss(device, {}, ct::part<0>(ends.value), ct::no_labels{}, 2, ct::part<1>(ends.value), {.epoch = step});
    (void)loss.read(device, {});
    return allocations.load() - before;
  };
  (void)allocated_in_a_step(0);
  CHECK(allocated_in_a_step(1) == 0);
}

TEST_CASE("a run by LeJEPA has the same bits for 1 and 3 threads, stopped and resumed too") {
  const auto straight = losses_of<small_lejepa>({.seed = 5}, 1);
  CHECK(losses_of<small_lejepa>({.seed = 5}, 3) == straight);
  const temporary_folder folder;
  std::vector<double> pieces;
  for (const int stop : {1, 4, -1}) {
    small_lejepa model{{.seed = 5}};
    (void)model.fit(ct::unlabeled(ct::first(images(), 96)), {.epochs = 2, .batch = 32}, recorder{pieces, stop},
                    ct::checkpoints{folder.path()});
  }
  CHECK(pieces == straight);
}

TEST_CASE("LeJEPA looks along other directions in each step, and with each seed") {
  using still = with_lejepa<plain_views>;
  const auto losses = [](std::uint64_t seed) {    // one batch of all images, and weights that stay as they are
    std::vector<double> all;
    typename still::settings s{.seed = seed};
    s.optimizer.learning_rate = 0;
    still model{s};
    (void)model.fit(ct::unlabeled(ct::first(images(), 32)), {.epochs = 3, .batch = 32}, recorder{all});
    return all;
  };
  const auto one = losses(1);
  REQUIRE(one.size() == 3);
  CHECK(losses(1) == one);
  CHECK(std::abs(one[1] - one[0]) > 1e-3);
  CHECK(std::abs(one[2] - one[1]) > 1e-3);
}

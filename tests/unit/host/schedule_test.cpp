// SPDX-License-Identifier: MIT
// The learning rate of every step equals PyTorch's schedulers; batches scale it by their rule.
#include <contrastive/optim/schedule.hpp>
#include <contrastive/optim/schedule_concepts.hpp>
#include <contrastive/optim/scheduled.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::batch_scaling, ct::detail::scaled_rate, ct::warmup_cosine;

namespace {

struct without_names {
  double rate(std::int64_t, std::int64_t) const { return 1; }
};
struct without_rate {
  static constexpr void members(auto&&, auto&...) {}
};
static_assert(ct::Schedule<warmup_cosine> && ct::Schedule<ct::constant_rate>);
static_assert(!ct::Schedule<without_names> && !ct::Schedule<without_rate> && !ct::Schedule<double>);

}    // namespace

TEST_CASE("warm-up and cosine equal PyTorch's LinearLR and CosineAnnealingLR at every step") {
  const golden file{"schedule"};
  CHECK(file.cases().size() >= 6);
  for (const auto& name : file.cases()) {
    INFO(name);
    const golden g = file.of(name);
    const auto settings = g["settings"].values;    // base, lowest, steps of warm-up, steps
    const double base = settings[0], total = settings[3];
    const warmup_cosine schedule{.warmup = settings[2] / total, .final_share = settings[1] / base};
    for (std::size_t i = 0; i < g["rates"].size(); ++i)
      CHECK(relative_difference(base * schedule.rate(std::int64_t(i), std::int64_t(total)), g["rates"].values[i]) <=
            tolerance::schedule);
  }
}

TEST_CASE("the rate rises to its base, then falls, and never passes either end") {
  const warmup_cosine schedule{.warmup = 0.2, .final_share = 0.1};
  double before = 0;
  for (int i = 0; i < 50; ++i) {
    const double rate = schedule.rate(i, 50);
    CHECK(rate <= 1);
    CHECK(rate >= (i < 10 ? 0.1 : schedule.final_share));
    CHECK((i <= 10 ? rate >= before : rate < before));
    before = rate;
  }
  CHECK(schedule.rate(9, 50) == 1);
}

TEST_CASE("a final share of one holds the rate after warm-up") {
  const warmup_cosine held{.warmup = 0, .final_share = 1};
  for (int i = 0; i < 7; ++i) {
    CHECK(held.rate(i, 7) == 1);
    CHECK(ct::constant_rate{}.rate(i, 7) == 1);
  }
}

TEST_CASE("a run of one step, and one of warm-up only, have a rate") {
  CHECK(warmup_cosine{}.rate(0, 1) == 1);
  CHECK(warmup_cosine{.warmup = 1}.rate(0, 4) == 0.25);
  CHECK(warmup_cosine{.warmup = 1}.rate(3, 4) == 1);
}

TEST_CASE("a schedule refuses shares that are none and steps outside the run") {
  CHECK_THROWS_WITH((warmup_cosine{.warmup = 1.5}.rate(0, 10)),
                    "warmup_cosine: warmup is a share between 0 and 1, not 1.500000");
  CHECK_THROWS_WITH((warmup_cosine{.final_share = -1}.rate(0, 10)),
                    "warmup_cosine: final_share is a share between 0 and 1, not -1.000000");
  CHECK_THROWS_AS((warmup_cosine{.warmup = std::nan("")}.rate(0, 10)), ct::argument_error);
  CHECK_THROWS_WITH(warmup_cosine{}.rate(10, 10), "a schedule of 10 steps has no step 10");
  CHECK_THROWS_AS(warmup_cosine{}.rate(-1, 10), ct::argument_error);
}

TEST_CASE("a number of a method stays, or moves along half a cosine from the first value to the last") {
  const ct::scheduled momentum{0.99, 1}, temperature = 0.07;
  CHECK((momentum.at(0) == 0.99 && momentum.at(1) == 1));
  CHECK(momentum.at(0.5) == catch_shim::Approx(0.995).epsilon(1e-15));
  CHECK(momentum.at(0.25) == catch_shim::Approx(1 - 0.01 * (2 + std::sqrt(2.)) / 4).epsilon(1e-15));
  double before = 0;
  for (int i = 0; i <= 100; ++i) {
    CHECK(momentum.at(i / 100.) > before);
    before = momentum.at(i / 100.);
    CHECK(temperature.at(i / 100.) == 0.07);
  }
  CHECK_THROWS_WITH(momentum.at(1.5), "the progress of a run is a share between 0 and 1, not 1.500000");
  CHECK_THROWS_AS(momentum.at(std::nan("")), ct::argument_error);
}

TEST_CASE("the base rate follows the images of a batch by its rule") {
  CHECK(ct::detail::scaled_rate(batch_scaling::none, 0.3, 512) == 0.3);
  CHECK(ct::detail::scaled_rate(batch_scaling::linear, 0.3, 512) == 0.6);
  CHECK(ct::detail::scaled_rate(batch_scaling::square_root, 0.075, 4096) ==
        catch_shim::Approx(4.8));    // SimCLR's appendix B.1
}

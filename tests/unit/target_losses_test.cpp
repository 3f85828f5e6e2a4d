// SPDX-License-Identifier: MIT
// Losses of rows beside targets, a user's too: their laws on every backend, their concept both ways, and golden values.
#include <contrastive/loss/in_batch_nce.hpp>
#include <contrastive/loss/info_nce.hpp>
#include <contrastive/loss/negative_cosine.hpp>
#include <contrastive/testing/target_loss_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using numbers = std::vector<double>;

namespace {

struct weighted {
  struct config {
    double weight = 1;
    static constexpr void members(auto&& f, auto&... c) { f("weight", c.weight...); }
  };
};
struct named {
  static constexpr std::array figure_names{"loss"};
};
struct without_memory {
  template <class B, int D>
  using memory = ct::nothing;
};
struct half_of_the_square {
  static void evaluate(auto& ctx, const auto& c, auto&, const auto& figure, const auto& q, const auto& t,
                       const auto& dq) {
    const double share = c.weight / operand_of(q).rows;
    ct::reduce<ct::fold::sum>(ctx, figure[0], square(q - t) * (0.5 * share));
    map(ctx, dq, (q - t) * share);
  }
};

/// A loss of a user: ½|q − t|², the mean over rows.
struct distance : weighted, named, without_memory, half_of_the_square {};
static_assert(ct::TargetLoss<distance> && !ct::Loss<distance>);
static_assert(ct::TargetLoss<ct::negative_cosine> && ct::TargetLoss<ct::info_nce>);
static_assert(ct::TargetLoss<ct::in_batch_nce> && ct::TargetLoss<ct::found_by_target_nce>);

struct without_config : named, without_memory, half_of_the_square {};
static_assert(!ct::TargetLoss<without_config>);
struct without_names : weighted, without_memory, half_of_the_square {};
static_assert(ct::detail::JudgesBesideTargets<without_names> && !ct::TargetLoss<without_names>);
struct without_plan : weighted, named, half_of_the_square {};
static_assert(ct::detail::NamesFigures<without_plan> && !ct::TargetLoss<without_plan>);
struct without_evaluate : weighted, named, without_memory {};
static_assert(!ct::TargetLoss<without_evaluate>);

constexpr bool in_double = std::is_same_v<device::element, double>;
double bound(double of_float, double of_double) { return in_double ? of_double : of_float; }

/// Value and gradient of the golden rows beside the golden targets.
template <class L>
void has_golden_values(const char* name, const char* rows, const char* targets, const char* gradient,
                       const typename L::config& c) {
  const golden g{"target_losses"};
  const auto expected = g.of(name), inputs = g.of("inputs");
  ct::testing::beside_targets x{inputs[rows].values, inputs[targets].values, {}};
  constexpr bool has_queue = ct::detail::JudgesBesideQueue<L>;
  if (has_queue) x.queue = inputs["bank"].values;
  ct::testing::target_loss_trial<device, L, 5, 7> trial{shared_device(), 6};
  const auto found = trial(x, c);
  INFO(name << ": " << found.value() << ", PyTorch " << expected.number("value"));
  CHECK(relative_difference(found.value() + expected.number("offset"), expected.number("value")) <
        bound(tolerance::loss, tolerance::golden_double));
  CHECK(relative_rms(found.gradient, expected[gradient].values) <
        bound(tolerance::gradient(expected.number("temperature")), tolerance::golden_double));
}

}    // namespace

TEMPLATE_TEST_CASE("every loss beside targets, a user's too, obeys their laws", "", ct::negative_cosine, ct::info_nce,
                   ct::in_batch_nce, ct::found_by_target_nce, distance) {
  for (const auto& law : ct::testing::target_loss_laws<TestType, 8>(shared_device())) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

TEST_CASE("losses beside targets have the values and gradients of PyTorch") {
  has_golden_values<ct::negative_cosine>("simsiam", "a", "b", "z_gradient", {});
  has_golden_values<ct::negative_cosine>("byol", "a", "b", "z_gradient", {.weight = 2});
  has_golden_values<ct::in_batch_nce>("moco_v3", "unit_a", "unit_b", "u_gradient", {.temperature = 0.2, .weight = 0.4});
  has_golden_values<ct::found_by_target_nce>("nnclr", "unit_a", "unit_b", "u_gradient", {.temperature = 0.1});
  has_golden_values<ct::info_nce>("moco_v2", "unit_a", "unit_b", "u_gradient", {.temperature = 0.2});
}

TEST_CASE("where all rows coincide a loss of the batch is the logarithm of its rows, and none is nearest") {
  ct::testing::target_loss_trial<device, ct::in_batch_nce, 4> trial{shared_device(), 100};
  numbers same(100 * 4);
  for (std::size_t i = 0; i < same.size(); i += 4) same[i] = 1;
  const auto found = trial({same, same, {}}, {}).figures;
  CHECK(relative_difference(found[ct::in_batch_nce::loss], std::log(100)) < tolerance::loss);
  CHECK(found[ct::in_batch_nce::accuracy] == 0);
  CHECK(relative_difference(found[ct::in_batch_nce::negative_similarity], 1) < tolerance::measures);
}

TEST_CASE("the memory of a loss of the batch is linear in the rows") {
  using memory = ct::memory<device, ct::in_batch_nce::memory<device, 128>>;
  STATIC_REQUIRE(memory::size.row < 128 * sizeof(device::element));
  STATIC_REQUIRE(memory::size.fixed < 2 * 64 * 128 * sizeof(device::element) + 8192);
}

TEST_CASE("what a loss beside targets cannot judge is refused") {
  ct::testing::target_loss_trial<device, ct::in_batch_nce, 4> trial{shared_device(), 4};
  CHECK_THROWS_AS(trial({numbers(4), numbers(4), {}}, {}), ct::argument_error);                    // one row
  CHECK_THROWS_AS(trial({numbers(8), numbers(8), {}}, {.temperature = 0}), ct::argument_error);    // no number above 0
  CHECK_THROWS_AS(ct::detail::require_pairs(4, 5), ct::argument_error);
}

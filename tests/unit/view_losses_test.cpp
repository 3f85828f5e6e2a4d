// SPDX-License-Identifier: MIT
// Losses that compare the views of a sample otherwise than NT-Xent: their laws, golden values, directions, bad input.
#include <contrastive/loss/barlow_twins.hpp>
#include <contrastive/loss/dcl.hpp>
#include <contrastive/loss/sigreg.hpp>
#include <contrastive/loss/vicreg.hpp>
#include <contrastive/testing/loss_laws.hpp>
#include <contrastive/testing/trial.hpp>

#include <string>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::judged;
using numbers = std::vector<double>;

namespace {

constexpr int width = 5;    // numbers of a row, as the golden ones have
using few_slices = ct::lejepa<24>;

double bound(double of_float, double of_double) {
  return std::is_same_v<device::element, double> ? of_double : of_float;
}

template <class L>
ct::testing::loss_trial<device, L, width> trial_of(int rows) {
  return {shared_device(), rows};
}
/// From embeddings to the gradient of the embeddings, through the layers that the loss wants before it.
template <class L>
judged through_prepare(const numbers& z, const typename L::config& c) {
  const int rows = int(z.size()) / width;
  auto loss = trial_of<L>(rows);
  if constexpr (ct::PairLoss<L>) {
    ct::testing::trial<device, ct::detail::prepare_of<L>, ct::features<width>> before(shared_device(), rows);
    auto all = loss(before.forward(z), {}, 2, c);
    all.gradient = before.backward(all.gradient);
    return all;
  } else return loss(z, {}, 2, c);
}

template <class L>
void equals_golden(const std::string& name, const typename L::config& c) {
  INFO(name);
  const golden all{"view_losses"}, expected = all.of(name);
  const auto found = through_prepare<L>(all["z"].values, c);
  CHECK(relative_difference(found.report.value, expected.number("value")) <=
        bound(tolerance::loss, tolerance::golden_double));
  CHECK(relative_rms(found.gradient, expected["gradient"].values) <=
        bound(tolerance::gradient(0.1), tolerance::golden_double));
}

}    // namespace

TEMPLATE_TEST_CASE("a loss of views obeys the laws of losses", "", ct::barlow_twins, ct::vicreg, few_slices, ct::dcl,
                   ct::dclw) {
  ct::testing::loss_law_options o{.stops = std::is_same_v<TestType, ct::dclw>};
  if (!ct::PairLoss<TestType>) o.samples = 20;
  for (const auto& law : ct::testing::loss_laws<TestType, width>(shared_device(), {}, o)) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

TEST_CASE("losses of views equal PyTorch: value and gradient") {
  equals_golden<ct::dcl>("dcl", {.temperature = 0.1});
  equals_golden<ct::dclw>("dclw", {.temperature = 0.1, .sigma = 0.5});
  equals_golden<ct::barlow_twins>("barlow_twins", {});
  equals_golden<ct::barlow_twins>("barlow_twins_lightly", {.lambda = 5e-3});
  equals_golden<ct::vicreg>("vicreg", {});
}

// SPDX-License-Identifier: MIT
// What SwAV and DINO are made of, on every backend against golden values: assignments, centers, the loss beside them, and
// the layer of directions. tests/golden/{swav,dino,unit_linear}.py made the numbers in float64.
#include <contrastive/loss/centered_softmax.hpp>
#include <contrastive/loss/sinkhorn.hpp>
#include <contrastive/loss/soft_cross_entropy.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/unit_linear.hpp>

#include "support/layer_golden.hpp"

#include <cmath>

namespace ct = contrastive;
using numbers = std::vector<double>;

namespace {

/// Rows of K numbers on the device, some numbers for each column, and the memory of what is tried.
template <int K, class Memory>
struct bench {
  using rows = ct::tensor<device, ct::features<K>>;
  using column = ct::parameter<device, ct::per_channel<K>, ct::role::running_mean>;
  device& at = shared_device();
  ct::memory<device, ct::pack<rows, rows, rows, ct::tensor<device, ct::features<1>>, column, column, Memory>> held;
  ct::context<device, ct::training> ctx{at};

  explicit bench(std::size_t count) : held(at, count) {}
  auto& scores() { return part<0>(held.value); }
  auto& targets() { return part<1>(held.value); }
  auto& slope() { return part<2>(held.value); }
  auto& losses() { return part<3>(held.value); }
  auto& center() { return part<4>(held.value); }
  auto& mean() { return part<5>(held.value); }
  auto& memory() { return part<6>(held.value); }

  void upload(const auto& to, const numbers& from) {
    const std::vector<device::element> values(from.begin(), from.end());
    at.upload(to.data, values.data(), values.size());
    at.finish();
  }
  numbers download(const auto& from) {
    std::vector<device::element> values(ct::operand_of(from).size());
    at.download(values.data(), from.data, values.size());
    return {values.begin(), values.end()};
  }
};

/// Values of these losses are ill-conditioned where scores are divided by a small temperature.
double allowed(double of_float) { return bound(of_float, tolerance::golden_double_ill_conditioned); }

numbers part_of(const golden_tensor& t, int part, int parts) {
  const auto size = std::ptrdiff_t(t.size()) / parts;
  return {t.values.begin() + part * size, t.values.begin() + (part + 1) * size};
}

template <int K>
void assigns_as_the_paper(const golden& g) {
  const double epsilon = g.number("epsilon");
  for (int view : {0, 1}) {
    bench<K, ct::sinkhorn::memory<device, K>> b(std::size_t(g["s"].shape[0] / 2));
    b.upload(b.scores(), part_of(g["s"], view, 2));
    ct::sinkhorn::assign(b.ctx, b.memory(), epsilon, int(g.number("rounds")), b.scores(), b.targets());
    INFO("view " << view);
    CHECK(relative_rms(b.download(b.targets()), part_of(g["assigned"], view, 2)) <=
          allowed(tolerance::gradient(epsilon)));
  }
}

/// One view's rows beside their targets: the share of the golden value that is theirs.
template <int K>
double loss_of_view(const golden& g, int view, int views, const numbers& targets, double share) {
  const double tau = g.number("temperature");
  bench<K, ct::soft_cross_entropy::memory<device>> b(std::size_t(g["s"].shape[0] / views));
  b.upload(b.scores(), part_of(g["s"], view, views)), b.upload(b.targets(), targets);
  ct::soft_cross_entropy::evaluate(b.ctx, b.memory(), b.losses(), tau, b.scores(), b.targets(), b.slope(), share);
  const numbers slope = part_of(g["ds"], view, views);
  INFO("view " << view);
  if (max_abs_difference(slope, numbers(slope.size())) > 1e-12)
    CHECK(relative_rms(b.download(b.slope()), slope) <= allowed(tolerance::gradient(tau)));
  else CHECK(max_abs_difference(b.download(b.slope()), slope) <= allowed(tolerance::gradient(tau)));
  double sum = 0;
  for (const double loss : b.download(b.losses())) sum += loss;
  return sum;
}

template <int K>
void swav_has_its_loss(const golden& g) {
  double value = 0;
  for (int view : {0, 1})
    value += loss_of_view<K>(g, view, 2, part_of(g["assigned"], 1 - view, 2), 1. / g["s"].shape[0]);
  CHECK(relative_difference(value, g.number("value")) <= allowed(tolerance::loss));
}

template <int K>
void dino_has_its_targets_and_loss(const golden& g, int views) {
  const double tau = g.number("teacher");
  bench<K, ct::centered_softmax::memory<device>> b(std::size_t(g["t"].shape[0]));
  b.upload(b.scores(), g["t"].values), b.upload(b.center(), g["center"].values);
  ct::centered_softmax::assign(b.ctx, b.memory(), tau, b.scores(), b.center(), b.targets());
  CHECK(relative_rms(b.download(b.targets()), g["targets"].values) <= allowed(tolerance::gradient(tau)));

  const numbers of[] = {part_of(g["targets"], 0, 2), part_of(g["targets"], 1, 2)};
  numbers of_both;
  for (std::size_t i = 0; i < of[0].size(); ++i) of_both.push_back((of[0][i] + of[1][i]) / 2);
  const double pair = 1. / (2 * (views - 1)) / (g["s"].shape[0] / views);
  double value = 0;
  for (int view = 0; view < views; ++view)
    value += loss_of_view<K>(g, view, views, view < 2 ? of[1 - view] : of_both, view < 2 ? pair : 2 * pair);
  CHECK(relative_difference(value, g.number("value")) <= allowed(tolerance::loss));
}

}    // namespace

TEST_CASE("sinkhorn assigns as the paper's listing, after one round and after five") {
  const golden g{"swav"};
  assigns_as_the_paper<5>(g.of("scores"));
  assigns_as_the_paper<5>(g.of("unit_scores"));
  assigns_as_the_paper<13>(g.of("rounds_1"));
  assigns_as_the_paper<13>(g.of("rounds_5"));
  assigns_as_the_paper<13>(g.of("sharp"));
  assigns_as_the_paper<5>(g.of("collapsed"));
}

TEST_CASE("sinkhorn gives every row the sum 1, also where exponents leave the range of a float") {
  bench<3, ct::sinkhorn::memory<device, 3>> b(4);
  b.upload(b.scores(), {1, 0, -1, -1, -1, 1, -1, -1, -1, 0, 0, 0});
  ct::sinkhorn::assign(b.ctx, b.memory(), 1e-3, 3, b.scores(), b.targets());
  const numbers q = b.download(b.targets());
  for (std::size_t i = 0; i < 12; i += 3) CHECK(std::abs(q[i] + q[i + 1] + q[i + 2] - 1) < tolerance::sums);
}

TEST_CASE("sinkhorn refuses an epsilon of zero and no rounds by a sentence") {
  bench<3, ct::sinkhorn::memory<device, 3>> b(2);
  const auto assign = [&](double epsilon, int rounds) {
    ct::sinkhorn::assign(b.ctx, b.memory(), epsilon, rounds, b.scores(), b.targets());
  };
  CHECK_THROWS_WITH(assign(0, 3), "the epsilon of sinkhorn must be a number above 0; it is 0.000000");
  CHECK_THROWS_WITH(assign(0.05, 0), "sinkhorn needs at least 1 round, after which rows have the sum 1; it got 0");
}

TEST_CASE("the loss of SwAV equals lightly's and its gradient PyTorch's") {
  const golden g{"swav"};
  swav_has_its_loss<5>(g.of("scores"));
  swav_has_its_loss<5>(g.of("unit_scores"));
  swav_has_its_loss<13>(g.of("rounds_5"));
  swav_has_its_loss<5>(g.of("collapsed"));
}

TEST_CASE("targets and loss of DINO equal lightly's and PyTorch's, with two views and with four") {
  const golden g{"dino"};
  dino_has_its_targets_and_loss<5>(g.of("pairs"), 2);
  dino_has_its_targets_and_loss<7>(g.of("four_views"), 4);
  dino_has_its_targets_and_loss<5>(g.of("collapsed"), 2);
}

TEST_CASE("a center follows the mean of five batches") {
  const golden g = golden{"dino"}.of("centers");
  bench<7, ct::nothing> b(6);
  b.upload(b.center(), numbers(7));
  for (int step = 0; step < 5; ++step) {
    b.upload(b.scores(), part_of(g["rows"], step, 5));
    ct::centered_softmax::move(b.ctx, g.number("momentum"), b.scores(), b.center(), b.mean());
    CHECK(relative_rms(b.download(b.center()), part_of(g["centers"], step, 5)) <= bound(tolerance::running_statistics));
  }
}

TEST_CASE("unit_linear equals PyTorch's weight_norm with lengths of 1") {
  const golden g{"unit_linear"};
  equals<ct::unit_linear<5>, ct::features<7>>(g.of("6_7_5"));
  equals<ct::unit_linear<3>, ct::features<33>>(g.of("long_rows"));
  equals<ct::unit_linear<9>, ct::features<5>>(g.of("short_rows"));
}

TEST_CASE("unit_linear takes a row of zeros for no direction, and its gradient is finite") {
  ct::testing::trial<device, ct::unit_linear<2>, ct::features<3>> t(shared_device(), 1);
  t.set("weight", {0, 0, 0, 3, 0, 4});
  CHECK(relative_rms(t.forward({5, 6, 10}), numbers{0, 11}) <= bound(tolerance::exact_layer_float));
  (void)t.backward({1, 1});
  const auto gradients = t.gradients();
  for (const double g : gradients[0].second) CHECK(std::isfinite(g));
}

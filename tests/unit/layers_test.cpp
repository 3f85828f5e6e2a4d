// SPDX-License-Identifier: MIT
// Normalization and pools equal PyTorch: output, gradients, running statistics. tests/golden/*.py made the numbers in
// float64.
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/l2_normalize.hpp>
#include <contrastive/nn/pool.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::features, ct::image;

// ---- batch normalization --------------------------------------------------------------------------------------------

namespace {

template <class In>
void equals_batch_norm(const golden& g, bounds allowed = one_layer) {
  const auto t = golden_trial<ct::batch_norm, In>(g);
  auto& config = ct::part<0>(t->config());
  config.momentum = g["settings"].values[0];
  config.epsilon = g["settings"].values[1];
  check_pass(*t, g, allowed);
  const auto check_statistics = [&](const std::string& after) {
    for (const auto& [name, values] : t->statistics())
      check_close(name, values, g[name + "_after_" + after], tolerance::running_statistics);
  };
  check_statistics("1");
  if (g.contains("x2")) {
    t->forward(g["x2"].values);
    t->forward(g["x3"].values);
    check_statistics("3");
  }
  check_close("inference", t->infer(g["x"].values), g["inference"], allowed.values, allowed.in_double);
}

}    // namespace

TEST_CASE(
    "batch_norm equals PyTorch: output, gradients, running statistics "
    "and inference") {
  const golden g{"batch_norm"};
  equals_batch_norm<image<5, 3, 3>>(g.of("5x3x3"));
  equals_batch_norm<image<7, 7, 1>>(g.of("7x7x1"));
  equals_batch_norm<features<7>>(g.of("vector"));
  equals_batch_norm<image<3, 2, 3>>(g.of("momentum_epsilon"));
}

TEST_CASE(
    "batch_norm equals PyTorch where the mean is far from zero or the "
    "variance is near epsilon") {
  const golden g{"batch_norm"};
  equals_batch_norm<image<5, 3, 2>>(g.of("far_mean"), far_mean);
  equals_batch_norm<image<2, 3, 2>>(g.of("nearly_constant"), far_mean);
}

TEST_CASE(
    "batch_norm of two values per channel has an output of ±1 and nearly "
    "no gradient") {
  const golden g = golden{"batch_norm"}.of("two_rows");
  auto t = golden_trial<ct::batch_norm, features<3>>(g);
  CHECK(relative_rms(t->forward(g["x"].values), g["y"].values) <= bound(tolerance::exact_layer_float));
  CHECK(max_abs_difference(t->backward(g["dy"].values), g["dx"].values) < bound(1e-5));
}

TEST_CASE("batch_norm refuses a batch with one value per channel") {
  auto t = ct::testing::trial<device, ct::batch_norm, features<3>>(shared_device(), 2);
  CHECK_THROWS_WITH(t.forward({1, 2, 3}),
                    "batch_norm needs at least two values per channel to have "
                    "a variance; this batch has 1 row of 1×1 pixels");
  CHECK_NOTHROW(t.infer({1, 2, 3}));
}

// ---- pools and the sphere -------------------------------------------------------------------------------------------

TEST_CASE(
    "max_pool equals PyTorch: padding never wins, the first of equals "
    "takes the gradient") {
  const golden g{"max_pool"};
  equals<ct::max_pool<2>, image<7, 7, 3>>(g.of("k2_s2_p0_7x7x3"), exact_sums);
  equals<ct::max_pool<3, 2, 1>, image<11, 6, 1>>(g.of("k3_s2_p1_11x6x1"), exact_sums);
  equals<ct::max_pool<3, 2, 1>, image<5, 3, 3>>(g.of("k3_s2_p1_negative"), exact_sums);
  equals<ct::max_pool<3, 1>, image<5, 3, 7>>(g.of("k3_s1_p0_5x3x7"), exact_sums);
  equals<ct::max_pool<2>, image<4, 4, 1>>(g.of("ties"), exact_sums);
}

TEST_CASE("max_pool keeps a NaN, wherever it stands in its window") {
  for (const std::size_t place : {0u, 1u, 4u, 5u}) {
    std::vector<double> x = ct::testing::normal_numbers(16, 1);
    x[place] = std::nan("");
    auto alone = ct::testing::trial<device, ct::max_pool<2>, image<4, 4, 1>>(shared_device(), 1);
    CHECK(std::isnan(alone.forward(x)[0]));
    CHECK_FALSE(std::isnan(alone.forward(x)[1]));
    // behind a layer that some devices fuse it with
    using net = ct::sequential<ct::conv2d<32, 1>, ct::max_pool<2>>;
    auto behind = ct::testing::trial<device, net, image<4, 4, 1>>(shared_device(), 1);
    CHECK(std::isnan(behind.forward(x)[0]));
    CHECK_FALSE(std::isnan(behind.forward(x)[32]));
  }
}

TEST_CASE("average_pool equals PyTorch: padding counts as zeros") {
  const golden g{"average_pool"};
  equals<ct::average_pool<2>, image<7, 7, 3>>(g.of("k2_s2_p0_7x7x3"));
  equals<ct::average_pool<3, 1>, image<5, 3, 3>>(g.of("k3_s1_p0_5x3x3"));
  equals<ct::average_pool<3, 2, 1>, image<11, 6, 1>>(g.of("k3_s2_p1_counted"));
  equals<ct::global_average_pool, image<5, 3, 7>>(g.of("global"));
}

TEST_CASE("flatten keeps the order (h, w, c) and leaves every number as it is") {
  auto t = ct::testing::trial<device, ct::flatten, image<2, 3, 5>>(shared_device(), 2);
  const auto x = ct::testing::normal_numbers(60, 1);
  CHECK(t.forward(x) == x);
  CHECK(t.backward(x) == x);
  CHECK(t.infer(x) == x);
}

TEST_CASE("l2_normalize equals PyTorch, also for rows of any length and of zeros") {
  const golden g{"l2_normalize"};
  equals<ct::l2_normalize, features<7>>(g.of("6_7"));
  equals<ct::l2_normalize, features<33>>(g.of("2_33"));
  equals<ct::l2_normalize, features<5>>(g.of("scaled"));
  equals<ct::l2_normalize, features<3>>(g.of("zero_row"));
}

// SPDX-License-Identifier: MIT
// First values: by role, with the promised spread, the same on every device.
#include <contrastive/backend/reference.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/net/initialize.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/testing/trial.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"

namespace ct = contrastive;
using ct::bias, ct::image, ct::named, ct::weight_rule;
using ct::testing::named_numbers, ct::testing::numbers;

namespace {

using block = ct::basic_block<24, 2, ct::projection<24, 2>>;
using net = ct::sequential<named<"conv", ct::conv2d<16, 3, 1, 1, bias::yes>>, named<"bn", ct::batch_norm>, ct::relu,
                           named<"block", block>, named<"plain", ct::basic_block<24, 1, ct::identity>>, ct::flatten,
                           named<"fc", ct::linear<64>>>;
using In = image<8, 8, 6>;

template <class Device>
named_numbers initialized(Device& on, std::uint64_t seed, const ct::initialize_options& o = {},
                          bool statistics = false) {
  ct::weights<Device, net, In> w(on);
  ct::initialize(on, w, seed, o);
  return statistics ? ct::testing::values_of<net>(on, w.statistics.value)
                    : ct::testing::values_of<net>(on, w.parameters.value);
}
named_numbers initialized(std::uint64_t seed, const ct::initialize_options& o = {}) {
  return initialized(shared_device(), seed, o);
}

numbers find(const named_numbers& all, const std::string& path) {
  for (const auto& [name, values] : all)
    if (name == path) return values;
  FAIL("no parameter named " << path);
  return {};
}
double deviation(const numbers& x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return std::sqrt(sum / double(x.size()));
}
double largest(const numbers& x) {
  double most = 0;
  for (const double v : x) most = std::max(most, std::abs(v));
  return most;
}
bool all_are(const numbers& x, double value) {
  return std::all_of(x.begin(), x.end(), [&](double v) { return v == value; });
}

}    // namespace

TEST_CASE("the same seed gives the same first values on every device") {
  ct::reference oracle;
  for (const auto rule :
       {weight_rule::torchvision, weight_rule::he_fan_out, weight_rule::he_fan_in, weight_rule::torch})
    CHECK(initialized(7, {.weights = rule}) == initialized(oracle, 7, {.weights = rule}));
}

TEST_CASE("another seed gives other weights, and no two parameters share theirs") {
  CHECK(find(initialized(7), "conv.weight") != find(initialized(8), "conv.weight"));
  const auto all = initialized(7, {.weights = weight_rule::he_fan_in});
  CHECK(find(all, "block.conv1.weight")[0] != find(all, "conv.weight")[0]);
}

TEST_CASE(
    "scales begin at 1, shifts at 0, running means at 0 and running "
    "variances at 1") {
  const auto all = initialized(7);
  CHECK(all_are(find(all, "bn.weight"), 1));
  CHECK(all_are(find(all, "bn.bias"), 0));
  const auto statistics = initialized(shared_device(), 7, {}, true);
  CHECK(all_are(find(statistics, "block.downsample.1.running_mean"), 0));
  CHECK(all_are(find(statistics, "block.downsample.1.running_var"), 1));
}

TEST_CASE("weights have the spread that their rule says") {
  const double of_24 = std::sqrt(2. / (24 * 9)), of_16 = std::sqrt(2. / (16 * 9));
  const auto out = initialized(7, {.weights = weight_rule::he_fan_out}),
             in = initialized(7, {.weights = weight_rule::he_fan_in});
  CHECK(deviation(find(out, "block.conv1.weight")) == catch_shim::Approx(of_24).epsilon(0.05));
  CHECK(deviation(find(in, "block.conv1.weight")) == catch_shim::Approx(of_16).epsilon(0.05));
  CHECK(deviation(find(in, "block.conv2.weight")) == catch_shim::Approx(of_24).epsilon(0.05));
  CHECK(all_are(find(out, "conv.bias"), 0));
  CHECK(all_are(find(in, "fc.bias"), 0));
}

TEST_CASE(
    "PyTorch's own rule is uniform within one over the root of the "
    "inputs, for biases too") {
  const auto all = initialized(7, {.weights = weight_rule::torch});
  const double conv = 1 / std::sqrt(6. * 9), fc = 1 / std::sqrt(24. * 16);
  CHECK(largest(find(all, "conv.weight")) <= conv);
  CHECK(deviation(find(all, "conv.weight")) == catch_shim::Approx(conv / std::sqrt(3.)).epsilon(0.05));
  CHECK(largest(find(all, "conv.bias")) <= conv);
  CHECK(largest(find(all, "conv.bias")) > 0);
  CHECK(deviation(find(all, "fc.weight")) == catch_shim::Approx(fc / std::sqrt(3.)).epsilon(0.05));
  CHECK(largest(find(all, "fc.bias")) <= fc);
}

TEST_CASE(
    "torchvision's rule draws convolutions by fan out and layers of "
    "vectors as PyTorch does") {
  const auto all = initialized(7), out = initialized(7, {.weights = weight_rule::he_fan_out}),
             torch = initialized(7, {.weights = weight_rule::torch});
  CHECK(find(all, "block.conv2.weight") == find(out, "block.conv2.weight"));
  CHECK(find(all, "conv.bias") == find(out, "conv.bias"));
  CHECK(find(all, "fc.weight") == find(torch, "fc.weight"));
  CHECK(find(all, "fc.bias") == find(torch, "fc.bias"));
}

TEST_CASE(
    "zero_last_scale zeroes the last scale of every main branch and "
    "nothing else") {
  const auto plain = initialized(7), zeroed = initialized(7, {.zero_last_scale = true});
  for (std::size_t i = 0; i < plain.size(); ++i) {
    INFO(plain[i].first);
    if (plain[i].first == "block.bn2.weight" || plain[i].first == "plain.bn2.weight")
      CHECK(all_are(zeroed[i].second, 0));
    else CHECK(zeroed[i].second == plain[i].second);
  }
}

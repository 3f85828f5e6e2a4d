// SPDX-License-Identifier: MIT
// Three steps of SGD equal PyTorch's: weights, momentum and running statistics. Decay goes by role.
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/optim/sgd.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::features, ct::image, ct::named, ct::sgd;
using ct::testing::numbers, ct::testing::named_numbers;

namespace {

using net = ct::sequential<named<"conv", ct::conv2d<3, 3>>, named<"bn", ct::batch_norm>, ct::relu,
                           ct::global_average_pool, named<"fc", ct::linear<4>>>;

/// A small classifier, its momentum, and the updates of one optimizer.
struct run {
  using trial = ct::testing::trial<device, net, image<5, 4, 1>>;
  using parameters = ct::params_of<trial::net, device, image<5, 4, 1>>;
  trial t{shared_device(), 6};
  ct::memory<device, sgd::state<parameters>> momentum{shared_device(), 0};

  void start(const golden& g) {
    for (const auto& [name, values] : t.parameters()) t.set(name, g["initial/" + name].values);
  }
  /// One step of cross-entropy; the loss.
  double step(const golden& batch, const sgd::config& config, double rate, int number) {
    const auto logits = t.forward(batch["x"].values);
    const auto [loss, gradient] = cross_entropy(logits, batch["labels"].values);
    t.backward_for_parameters(gradient);
    update(config, rate, number);
    return loss;
  }
  void update(const sgd::config& config, double rate, int number = 0) {
    ct::context<device, ct::training> ctx{shared_device()};
    sgd::update<net>(ctx, config, rate, number, t.network().parameters.value, t.network().gradients.value,
                     momentum.value);
  }
  named_numbers velocity() { return ct::testing::values_of<net>(shared_device(), momentum.value); }

  /// −log softmax at the label, the mean over the rows, and its gradient.
  static std::pair<double, numbers> cross_entropy(const numbers& logits, const std::vector<double>& labels) {
    const std::size_t rows = labels.size(), classes = logits.size() / rows;
    numbers gradient(logits.size());
    double loss = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < classes; ++k) sum += std::exp(logits[i * classes + k]);
      const auto label = std::size_t(labels[i]);
      loss += (std::log(sum) - logits[i * classes + label]) / double(rows);
      for (std::size_t k = 0; k < classes; ++k)
        gradient[i * classes + k] = (std::exp(logits[i * classes + k]) / sum - (k == label ? 1 : 0)) / double(rows);
    }
    return {loss, gradient};
  }
};

void equals_three_steps(const std::string& name) {
  const golden file{"sgd"}, g = file.of(name);
  const auto settings = g["settings"].values;
  const sgd::config config{.momentum = settings[0],
                           .nesterov = settings[1] != 0,
                           .weight_decay = settings[2],
                           .decay_normalization_and_bias = settings[3] != 0};
  run r;
  r.start(file);
  for (int i = 0; i < 3; ++i) {
    INFO(name << ", step " << i);
    const golden after = g.of("step" + std::to_string(i));
    const double loss = r.step(file.of("batch" + std::to_string(i)), config, g["rates"].values[std::size_t(i)], i);
    CHECK(relative_difference(loss, after.number("loss")) <= bound(tolerance::optimizer_float));
    for (const auto& [path, values] : r.t.parameters())
      check_close(path, values, after[path], tolerance::optimizer_float);
    for (const auto& [path, values] : r.t.statistics())
      check_close(path, values, after[path], tolerance::running_statistics);
    if (config.momentum != 0)
      for (const auto& [path, values] : r.velocity())
        check_close(path + ".momentum", values, after[path + ".momentum"], tolerance::optimizer_float);
  }
}

}    // namespace

TEST_CASE("three steps of SGD equal PyTorch's") {
  equals_three_steps("plain");
  equals_three_steps("momentum");
  equals_three_steps("nesterov");
  equals_three_steps("decay");
  equals_three_steps("decay_of_weights");
}

TEST_CASE("without a gradient only what decays changes, and by its role") {
  const auto decayed_by = [](bool all) {
    run r;
    const auto before = r.t.parameters();
    auto none = r.t.gradients();
    for (auto& [path, values] : none) values.assign(values.size(), 0);
    r.t.set_gradients(none);
    r.update({.weight_decay = 0.25, .decay_normalization_and_bias = all}, 1);
    const auto after = r.t.parameters();
    std::string decayed;
    for (std::size_t i = 0; i < after.size(); ++i) {
      numbers smaller = before[i].second;
      for (double& x : smaller) x *= 0.75;
      if (after[i].second != before[i].second) decayed += after[i].first + " ";
      if (after[i].second != before[i].second) CHECK(relative_rms(after[i].second, smaller) <= tolerance::map);
    }
    return decayed;
  };
  CHECK(decayed_by(false) == "conv.weight fc.weight ");
  CHECK(decayed_by(true) == "conv.weight bn.weight bn.bias fc.weight fc.bias ");
}

TEST_CASE("a rate of zero changes no parameter") {
  run r;
  const auto before = r.t.parameters();
  r.t.set_gradients(before);
  r.update({}, 0);
  CHECK(r.t.parameters() == before);
  CHECK(r.velocity() != before);
}

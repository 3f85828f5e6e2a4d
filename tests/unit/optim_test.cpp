// SPDX-License-Identifier: MIT
// Steps of SGD, Adam, AdamW and LARS equal PyTorch's. Decay goes by role.
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/optim/lars.hpp>
#include <contrastive/optim/sgd.hpp>
#include <contrastive/optim/workspace.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::features, ct::image, ct::named, ct::sgd;
using ct::testing::numbers, ct::testing::named_numbers;

namespace {

using net = ct::sequential<named<"conv", ct::conv2d<3, 3>>, named<"bn", ct::batch_norm>, ct::relu,
                           ct::global_average_pool, named<"fc", ct::linear<4>>>;

/// A small classifier, an optimizer's memory, and its updates.
template <class Optimizer>
struct run {
  using trial = ct::testing::trial<device, net, image<5, 4, 1>>;
  using parameters = ct::params_of<net, device, image<5, 4, 1>>;
  trial t{shared_device(), 6};
  ct::memory<device, typename Optimizer::template state<parameters>> memory{shared_device(), 0};
  ct::detail::optimizer_workspace<Optimizer, device> workspace{shared_device()};

  void start(const golden& g) {
    for (const auto& [name, values] : t.parameters()) t.set(name, g["initial/" + name].values);
  }
  /// One step of cross-entropy; the loss.
  double step(const golden& batch, const typename Optimizer::config& config, double rate, int number) {
    const auto logits = t.forward(batch["x"].values);
    const auto [loss, gradient] = cross_entropy(logits, batch["labels"].values);
    t.backward_for_parameters(gradient);
    update(config, rate, number);
    return loss;
  }
  void update(const typename Optimizer::config& config, double rate, int number = 0) {
    auto ctx = workspace.context_for_update();
    Optimizer::template update<net>(ctx, config, rate, number, t.network().parameters.value,
                                    t.network().gradients.value, memory.value);
  }
  named_numbers velocity() { return ct::testing::values_of<net>(shared_device(), memory.value); }

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
  run<sgd> r;
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

/// Every parameter after the first and the last step of a case of adam.txt or lars.txt.
template <class Optimizer>
void equals_steps(const golden& file, const std::string& name, const typename Optimizer::config& config) {
  run<Optimizer> r;
  r.start(file);
  for (int i = 0; i < 4; ++i) {
    INFO(name << ", step " << i);
    r.step(file.of("batch" + std::to_string(i)), config, file["rates"].values[std::size_t(i)], i);
    const golden after = file.of(name).of("step" + std::to_string(i));
    for (const auto& [path, values] : r.t.parameters())
      if (i == 0 || i == 3) check_close(path, values, after[path], tolerance::optimizer_float);
  }
}

template <class Optimizer>
void equals_adam(const std::vector<std::string>& names) {
  const golden file{"adam"};
  for (const auto& name : names) {
    const auto s = file.of(name)["settings"].values;
    equals_steps<Optimizer>(file, name,
                            {.beta1 = s[1],
                             .beta2 = s[2],
                             .epsilon = s[3],
                             .weight_decay = s[4],
                             .decay_normalization_and_bias = s[5] != 0});
  }
}

constexpr double rate = 0.125;    // exact in float

/// The numbers of a parameter, or of a gradient.
const numbers& at(const named_numbers& all, const std::string& path) {
  for (const auto& [name, values] : all)
    if (name == path) return values;
  throw std::runtime_error("nothing here is named " + path);
}
double norm(const numbers& x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return std::sqrt(sum);
}
numbers plus(numbers x, double factor, const numbers& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += factor * y[i];
  return x;
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
    run<sgd> r;
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

template <class Optimizer>
void keeps_parameters_at_rate_0() {
  run<Optimizer> r;
  const auto before = r.t.parameters();
  r.t.set_gradients(before);
  r.update({}, 0);
  CHECK(r.t.parameters() == before);
}

TEST_CASE("a rate of zero changes no parameter") {
  keeps_parameters_at_rate_0<sgd>();
  keeps_parameters_at_rate_0<ct::adam>();
  keeps_parameters_at_rate_0<ct::adamw>();
  keeps_parameters_at_rate_0<ct::lars>();
}

TEST_CASE("steps of Adam and AdamW equal PyTorch's") {
  equals_adam<ct::adam>({"adam", "adam_decay", "adam_decay_all"});
  equals_adam<ct::adamw>({"adamw", "adamw_decay_all"});
}

TEST_CASE("steps of LARS equal simclr's, and solo-learn's and lightly's in torch's form") {
  const golden file{"lars"};
  for (const auto& name : file.cases()) {
    if (!file.of(name).contains("settings")) continue;
    const auto s = file.of(name)["settings"].values;
    equals_steps<ct::lars>(file, name,
                           {.momentum = s[1],
                            .nesterov = s[2] != 0,
                            .weight_decay = s[3],
                            .trust = s[4],
                            .form = s[0] != 0 ? ct::lars_form::torch : ct::lars_form::simclr,
                            .clip = s[5] != 0,
                            .epsilon = s[6],
                            .adapt_normalization_and_bias = s[7] != 0});
  }
}

TEST_CASE("LARS moves a weight of zeros, and one without gradient as its form says") {
  for (const auto form : {ct::lars_form::simclr, ct::lars_form::torch}) {
    run<ct::lars> r;
    auto gradients = r.t.parameters();
    for (auto& [path, values] : gradients)
      if (path == "fc.weight") values.assign(values.size(), 0);
    r.t.set_gradients(gradients);
    r.t.set("conv.weight", numbers(27, 0));
    const auto before = r.t.parameters();
    r.update({.weight_decay = 0.5, .trust = 0.25, .form = form}, rate);
    const auto after = r.t.parameters();
    const auto moved = plus(at(after, "conv.weight"), rate, at(gradients, "conv.weight"));    // the full rate
    CHECK(norm(moved) <= tolerance::map * norm(at(gradients, "conv.weight")));
    // simclr: g = decay·w, so a step is rate·trust·w, whatever the decay; torch: nothing
    const double kept = form == ct::lars_form::simclr ? 1 - rate * 0.25 : 1;
    const auto& w = at(before, "fc.weight");
    CHECK(norm(plus(at(after, "fc.weight"), -kept, w)) <= tolerance::map * norm(w));
  }
}

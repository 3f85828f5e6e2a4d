// SPDX-License-Identifier: MIT
#pragma once
// A small pipeline on real images, and what its tests ask of it.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/data/fashion_mnist.hpp>
#include <contrastive/data/subsets.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

#include <map>
#include <string>
#include <vector>

namespace training_test {

namespace ct = contrastive;

/// A net of width 8 on 14×14 images.
using small_views =
    ct::views<ct::random_resized_crop<14, 14>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Device, class Loss = ct::nt_xent>
using small_pipeline =
    ct::pipeline<Device, ct::image<28, 28, 1>, small_views, ct::small_convnet<8>, ct::mlp<32, 16>, Loss>;

/// Views that suit these images, at a temperature.
template <class Device, class Loss = ct::nt_xent>
typename small_pipeline<Device, Loss>::settings small_settings(std::uint64_t seed, double temperature) {
  typename small_pipeline<Device, Loss>::settings s{.seed = seed};
  s.views = {ct::random_resized_crop<14, 14>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.loss.temperature = temperature;
  return s;
}

inline const ct::fashion_mnist& shipped() {
  static const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  return data;
}
inline const auto& images() { return shipped().train(); }

/// Records the losses, and may stop the run after one of its steps.
struct recorder {
  std::vector<double>& losses;
  int stop_after = -1;
  ct::control on_step(const ct::step_info& info) {
    losses.push_back(info.loss);
    return info.step == stop_after ? ct::control::stop : ct::control::go_on;
  }
};

/// A rate at which rounding does not grow, and what makes a short run go through all of a method.
template <class Pipeline>
typename Pipeline::settings slow_settings() {
  typename Pipeline::settings s{.seed = 3};
  s.optimizer.learning_rate = 1e-4;
  if constexpr (requires { s.method.key_groups; }) s.method.key_groups = 2;
  if constexpr (requires { s.method.discriminator_steps; }) s.method.discriminator_steps = 2;
  if constexpr (requires { s.method.queue_from_epoch; }) s.method.queue_from_epoch = 1;
  return s;
}

/// The losses of 8 steps; in the first 4 of them what a method freezes for an epoch is frozen.
template <class Pipeline>
std::vector<double> few_losses() {
  std::vector<double> losses;
  Pipeline model{slow_settings<Pipeline>()};
  (void)model.fit(ct::unlabeled(ct::first(images(), 64)), {.epochs = 2, .batch = 16}, recorder{losses});
  return losses;
}

/// Every weight and statistic by its path.
template <class Pipeline>
std::map<std::string, std::vector<float>> weights_of(const Pipeline& model) {
  std::map<std::string, std::vector<float>> all;
  model.each_parameter(
      [&](const std::string& path, ct::role, const std::vector<float>& values) { all[path] = values; });
  model.each_statistic(
      [&](const std::string& path, ct::role, const std::vector<float>& values) { all[path] = values; });
  return all;
}

template <class Data>
std::vector<int> labels_of(const Data& data) {
  std::vector<int> labels;
  for (std::size_t i = 0; i < data.size(); ++i) labels.push_back(int(data.label_at(i)));
  return labels;
}

}    // namespace training_test

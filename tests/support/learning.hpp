// SPDX-License-Identifier: MIT
#pragma once
// What a method of several parts learns from real images in four epochs, by the neighbors of images that it has not seen.
#include <contrastive/cpu.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>

#include "support/catch.hpp"
#include "support/training.hpp"

namespace learning_test {

namespace ct = contrastive;
using training_test::images, training_test::labels_of, training_test::shipped;

using fashion_views = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Head, class Method, class Views = fashion_views>
using fashion = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, Views, ct::small_convnet<16>, Head, Method>;

template <class Pipeline>
typename Pipeline::settings recipe(double rate) {
  typename Pipeline::settings s{.seed = 1};
  s.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = rate, .nesterov = true, .weight_decay = 5e-4};
  return s;
}

template <class Pipeline>
double accuracy(const Pipeline& model) {
  const auto& test = shipped().test();
  const auto known = labels_of(images()), truth = labels_of(test);
  return 100 * ct::nearest_neighbors(model.device(), model.embed(images()), known, model.embed(test), truth).accuracy;
}

/// Percent of nearest neighbors before and after 4 epochs.
template <class Pipeline>
std::pair<double, double> learned(const typename Pipeline::settings& s) {
  Pipeline model{s};
  const double before = accuracy(model);
  const auto result = model.fit(ct::unlabeled(images()), {.epochs = 4, .batch = 128});
  const double after = accuracy(model);
  UNSCOPED_INFO("before " << before << ", after " << after << ", loss " << result.loss << " in " << result.seconds
                          << " s");
  return {before, after};
}

}    // namespace learning_test

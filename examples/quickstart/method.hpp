// SPDX-License-Identifier: MIT
#pragma once
// What the quick start trains: the data set and the device that it is built for, and the recipe that all methods share.
#include "session.hpp"

namespace quickstart {

#ifdef QUICKSTART_CIFAR10
using encoder = ct::resnet18<ct::small_images, 16>;
template <int Count>
using views = ct::n_views<Count, ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale,
                          ct::normalize>;
#else
using encoder = ct::small_convnet<>;
template <int Count>
using views = ct::n_views<Count, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
#endif

template <class Views, class Head, class Loss>
using method = ct::pipeline<device, sample, Views, encoder, Head, Loss>;

constexpr int batch = 128;

/// Views, rate and decay.
template <class Pipeline>
typename Pipeline::settings recipe(const session& s, double rate) {
  typename Pipeline::settings r{.seed = s.asked.seed};
#ifdef QUICKSTART_CIFAR10
  r.views = {ct::normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}};
#else
  r.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
#endif
  r.optimizer = {.learning_rate = rate, .nesterov = true, .weight_decay = 5e-4};
  return r;
}

/// Keeps the curve of a training for the report.
struct recorder {
  curve& to;
  void on_step(const ct::step_info& i) {
    to.loss.push_back(i.loss), to.accuracy.push_back(i.figures["accuracy"]), to.chance_level = i.chance_level;
  }
};

/// Trains, with a progress bar and a curve; the row gets its seconds. False where a person has interrupted it.
bool train(auto& model, const auto& images, const ct::fit_options<>& amount, int views_per_image,
           const std::string& counted, row& w, session& s) {
  s.found.curves.push_back({.title = w.title, .accuracy_title = counted});
  const auto done = model.fit(images, amount, ct::progress_bar{}, recorder{s.found.curves.back()},
                              ct::stop_on_interrupt{});
  w.seconds = done.seconds;
  w.views_per_second = double(views_per_image) * amount.batch * done.steps / done.seconds;
  return done.ended == ct::outcome::finished;
}

/// Adds the row with its figures: linear and nearest neighbors on the last maps and the stage before.
void add_encoder(row w, const auto& model, session& s) {
  const auto frozen = model.freeze(ct::last_maps{});
  add_row(std::move(w), frozen.read(s.data.train()), frozen.read(s.data.test()), s);
}

}    // namespace quickstart

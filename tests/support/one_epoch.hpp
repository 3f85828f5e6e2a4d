// SPDX-License-Identifier: MIT
#pragma once
// Whether an encoder learns in one epoch on a part of the shipped images.
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include "support/catch.hpp"

namespace ct = contrastive;

namespace one_epoch {

using views = ct::views<ct::random_resized_crop<32, 32>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Encoder>
using simclr = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, views, Encoder, ct::mlp_bn<128, 64>, ct::nt_xent>;

inline const ct::fashion_mnist& shipped() {
  static const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  return data;
}

template <class Pipeline>
double neighbors(const Pipeline& model, const auto& train, const auto& test) {
  const auto encoder = model.freeze();
  return 100 * ct::nearest_neighbors(encoder.device(), encoder.read(train), encoder.read(test)).accuracy;
}

/// Percent of test images whose nearest neighbors agree with them: before and after one epoch of SimCLR.
template <class Encoder>
void check_learns(double rate, std::size_t images) {
  const auto train = ct::first(shipped().train(), images), test = ct::first(shipped().test(), 1000);
  typename simclr<Encoder>::settings s{.seed = 1, .loss = {.temperature = 0.2}};
  s.views = {ct::random_resized_crop<32, 32>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = rate, .nesterov = true, .weight_decay = 5e-4};
  simclr<Encoder> model{s};
  const double before = neighbors(model, train, test);
  const auto done = model.fit(ct::unlabeled(train), {.epochs = 1, .batch = 32});
  const double after = neighbors(model, train, test);
  WARN("before " << before << ", after " << after << " in " << done.seconds << " s");
  CHECK(after > before);
}

}    // namespace one_epoch

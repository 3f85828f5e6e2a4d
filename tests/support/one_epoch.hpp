// SPDX-License-Identifier: MIT
#pragma once
// What one epoch with labels makes of an encoder: nearest neighbors among images that it has not seen.
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <cstdio>

#include "support/catch.hpp"

namespace one_epoch {

namespace ct = contrastive;

struct recipe {
  double least_crop;    // share of the area
  double rate;
  int batch;
};

// 32 × 32: VGG-16's pools ask for so many pixels
using drawn = ct::views<ct::random_resized_crop<32, 32>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Encoder>
using sup_con = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, drawn, Encoder, ct::mlp_bn<128, 128>, ct::sup_con>;

inline double accuracy(const auto& model, const auto& known, const auto& asked) {
  const auto frozen = model.freeze();
  return 100 * ct::nearest_neighbors(model.device(), frozen.read(known), frozen.read(asked)).accuracy;
}

/// Supervised contrastive, one epoch: neighbors agree more often than by the encoder that has learned nothing.
template <class Encoder>
void learns(const recipe& r) {
  const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  typename sup_con<Encoder>::settings s{.seed = 1, .loss = {.temperature = 0.1}};
  s.views = {ct::random_resized_crop<32, 32>::config{.scale = {r.least_crop, 1.}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  s.optimizer = {.learning_rate = r.rate, .nesterov = true, .weight_decay = 5e-4};
  sup_con<Encoder> model{s};
  const double before = accuracy(model, data.train(), data.test());
  const auto done = model.fit(data.train(), {.epochs = 1, .batch = r.batch});
  const double after = accuracy(model, data.train(), data.test());
  std::printf("nearest neighbors: %.2f %% before, %.2f %% after (%.0f s)\n", before, after, done.seconds);
  CHECK(after > before + 1);
}

}    // namespace one_epoch

// SPDX-License-Identifier: MIT
#pragma once
// SwAV and DINO, small, on real images; at a rate at which rounding does not grow.
#include <contrastive/methods/dino.hpp>
#include <contrastive/methods/swav.hpp>

#include "support/training.hpp"

namespace teachers_test {

namespace ct = contrastive;
using training_test::images, training_test::recorder, training_test::weights_of;

template <class Device>
using swav = ct::pipeline<Device, ct::image<28, 28, 1>, training_test::small_views, ct::small_convnet<8>,
                          ct::mlp_bn<32, 16>, ct::swav<24>>;
/// Three views: the third is one that the teacher does not see.
using three_views = ct::n_views<3, ct::random_resized_crop<14, 14>, ct::normalize>;
template <class Device>
using dino = ct::pipeline<Device, ct::image<28, 28, 1>, three_views, ct::small_convnet<8>,
                          ct::sequential<ct::linear<32, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<16>>,
                          ct::dino<24>>;

template <class Pipeline>
typename Pipeline::settings slow_settings() {
  typename Pipeline::settings s{.seed = 3};
  s.optimizer.learning_rate = 1e-4;
  return s;
}

/// The losses of 8 steps; in the first 4 of them prototypes and last layers are frozen.
template <class Pipeline>
std::vector<double> few_losses() {
  std::vector<double> losses;
  Pipeline model{slow_settings<Pipeline>()};
  (void)model.fit(ct::unlabeled(ct::first(images(), 64)), {.epochs = 2, .batch = 16}, recorder{losses});
  return losses;
}

}    // namespace teachers_test

// SPDX-License-Identifier: MIT
#pragma once
// Fine-tuning of each kind, small, on real images; and an encoder to begin with.
#include <contrastive/backend/reference.hpp>
#include <contrastive/evaluate/classify.hpp>
#include <contrastive/methods/fine_tune.hpp>
#include <contrastive/model/copy_encoder.hpp>
#include <contrastive/nn/dropout.hpp>

#include "support/training.hpp"

#include <type_traits>

namespace fine_tuning_test {

namespace ct = contrastive;
using training_test::images, training_test::recorder, training_test::weights_of;

template <class Device, class LossOrMethod>
using one_view =
    ct::pipeline<Device, ct::image<28, 28, 1>, ct::n_views<1, ct::random_resized_crop<14, 14>, ct::normalize>,
                 ct::small_convnet<4>, ct::sequential<ct::dropout, ct::linear<10>>, LossOrMethod>;
template <class Device>
using plain = one_view<Device, ct::cross_entropy>;
template <class Device, class Phase = ct::training>
using tuned = one_view<Device, ct::fine_tune<ct::cross_entropy, Phase>>;

/// A rate at which rounding does not grow; the second half of a run has the encoder.
template <class Pipeline>
typename Pipeline::settings slow_settings() {
  typename Pipeline::settings s{.seed = 3};
  s.optimizer.learning_rate = 1e-3;
  if constexpr (requires { s.method.head_alone; }) s.method.encoder_rate = 0.5, s.method.head_alone = 0.5;
  return s;
}

/// Statistics and weights as a few steps of another pipeline have left them.
template <class Pipeline>
Pipeline begun(const typename Pipeline::settings& s, auto&&... device) {
  Pipeline model(s, device...);
  plain<typename Pipeline::types::device> before({.seed = 9}, device...);
  (void)before.fit(ct::first(images(), 16), {.epochs = 1, .batch = 8});
  ct::copy_encoder(before, model);
  return model;
}

/// The losses of 8 steps.
template <class Pipeline>
std::vector<double> few_losses() {
  std::vector<double> losses;
  auto model = begun<Pipeline>(slow_settings<Pipeline>());
  (void)model.fit(ct::first(images(), 32), {.epochs = 2, .batch = 8}, recorder{losses});
  return losses;
}

}    // namespace fine_tuning_test

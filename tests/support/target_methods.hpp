// SPDX-License-Identifier: MIT
#pragma once
// The methods in which rows stand beside targets, small, on real images; all of one network and one predictor.
#include <contrastive/methods/byol.hpp>
#include <contrastive/methods/moco_v3.hpp>
#include <contrastive/methods/nnclr.hpp>
#include <contrastive/methods/simsiam.hpp>

#include "support/allocations.hpp"
#include "support/training.hpp"

namespace target_methods_test {

namespace ct = contrastive;
using training_test::few_losses, training_test::images, training_test::slow_settings;

using predictor = ct::mlp_bn<8, 16>;
template <class Device, class Method, int Views = 2>
using small = ct::pipeline<
    Device, ct::image<28, 28, 1>,
    ct::n_views<Views, ct::random_resized_crop<14, 14>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>,
    ct::small_convnet<8>, ct::mlp_bn<32, 16>, Method>;
template <class Device>
using byol = small<Device, ct::byol<predictor>>;
template <class Device>
using moco_v3 = small<Device, ct::moco_v3<predictor>>;
template <class Device>
using nnclr = small<Device, ct::nnclr<predictor, 40>>;
template <class Device>
using fast_siam = small<Device, ct::simsiam<predictor>, 4>;

/// The losses of a run, and how many allocations there had been after each of its steps; may stop it after one.
struct step_log {
  std::vector<double> losses{};
  std::vector<long> counts{};
  int stop_after = -1;
  step_log() { losses.reserve(64), counts.reserve(64); }
};
struct logs_steps {
  step_log& to;
  ct::control on_step(const ct::step_info& info) {
    to.losses.push_back(info.loss), to.counts.push_back(allocations.load());
    return info.step == to.stop_after ? ct::control::stop : ct::control::go_on;
  }
};

}    // namespace target_methods_test

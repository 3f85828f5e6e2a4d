// SPDX-License-Identifier: MIT
#pragma once
// t-SimCNE: a head of two outputs learns a map, in which the views of an image lie together and others apart.
#include <contrastive/loss/loss.hpp>

namespace contrastive {

/// ℓ_i = log Σ_{j≠i} s_ij − mean over the other views p of i of log s_ip,  s_ij = 1 / (1 + |z_i − z_j|²)  (Böhm, Berens
/// & Kobak 2023, eq. 4).
///
/// The mean over all rows, of any length and with any number of views; there is no temperature. `outputs(model, data)`
/// (model/outputs.hpp) places images in the map, new ones too: (images, 2).
///
///     using map = ct::pipeline<ct::cpu, image, augmentations, ct::resnet18<>, ct::mlp<1024, 2>, ct::t_simcne>;
struct t_simcne {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  using prepare = sequential<>;
  using similarity = contrastive::similarity::cauchy;
  static constexpr bool needs_labels = false;
  static constexpr auto anchor(const auto& pairs) {
    return log_sum_exp(pairs.all(log(pairs.s))) - mean(pairs.positives(log(pairs.s)));
  }
};

}    // namespace contrastive

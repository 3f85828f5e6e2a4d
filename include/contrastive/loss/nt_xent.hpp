// SPDX-License-Identifier: MIT
#pragma once
// NT-Xent: the views of a sample attract each other, all other rows repel.
#include <contrastive/loss/loss.hpp>

namespace contrastive {

/// ℓ_i = log Σ_{j≠i} exp(s_ij) − mean over the other views p of i of s_ip,  s_ij = u_i·u_j / τ  (Chen et al. 2020, eq.
/// 1).
///
/// The mean over all rows (simclr's code adds the means of its two views and so has twice the value). Any number of
/// views.
struct nt_xent {
  struct config {
    double temperature = 0.5;             // τ
    double base_temperature = 0;          // times τ / base, as SupContrast (0.07 there); 0: off
    bool scale_by_temperature = false;    // times τ, as google-research/supcon
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...);
      f("base_temperature", c.base_temperature...);
      f("scale_by_temperature", c.scale_by_temperature...);
    }
  };
  using prepare = sequential<l2_normalize>;
  static constexpr bool needs_labels = false;
  static constexpr auto anchor(const auto& pairs) { return log_sum_exp(pairs.all) - mean(pairs.positives); }
};

}    // namespace contrastive

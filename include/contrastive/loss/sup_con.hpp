// SPDX-License-Identifier: MIT
#pragma once
// Supervised contrastive losses: rows of one class attract each other, all other rows repel.
#include <contrastive/loss/loss.hpp>

namespace contrastive {

/// What both supervised contrastive losses can be told.
struct sup_con_config {
  double temperature = 0.1;                          // τ
  double base_temperature = 0;                       // times τ / base, as SupContrast (0.07 there); 0: off
  bool scale_by_temperature = false;                 // times τ, as google-research/supcon
  anchors average_over = anchors::with_positives;    // SupContrast averages over all
  static constexpr void members(auto&& f, auto&... c) {
    f("temperature", c.temperature...);
    f("base_temperature", c.base_temperature...);
    f("scale_by_temperature", c.scale_by_temperature...);
    f("average_over", c.average_over...);
  }
};

/// ℓ_i = log Σ_{j≠i} exp(s_ij) − mean over positives p of s_ip,  s_ij = u_i·u_j / τ  (Khosla et al. 2020, L_out, eq.
/// 2).
///
/// Positives are the other rows of the same class: its other views, and other samples. An anchor without any counts 0.
struct sup_con {
  using config = sup_con_config;
  using prepare = sequential<l2_normalize>;
  static constexpr bool needs_labels = true;
  static constexpr auto anchor(const auto& pairs) { return log_sum_exp(pairs.all) - mean(pairs.positives); }
};

/// ℓ_i = log Σ_{j≠i} exp(s_ij) − log mean over positives p of exp(s_ip)  (Khosla et al. 2020, L_in, eq. 3).
struct sup_con_in {
  using config = sup_con_config;
  using prepare = sequential<l2_normalize>;
  static constexpr bool needs_labels = true;
  static constexpr auto anchor(const auto& pairs) { return log_sum_exp(pairs.all) - log_mean_exp(pairs.positives); }
};

}    // namespace contrastive

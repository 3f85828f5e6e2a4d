// SPDX-License-Identifier: MIT
#pragma once
// Decoupled contrastive losses: the views of a sample attract each other, and only other samples repel.
#include <contrastive/loss/loss.hpp>

namespace contrastive {

/// ℓ_i = log Σ_{negatives j} exp(s_ij) − mean over the other views p of i of s_ip,  s_ij = u_i·u_j / τ  (Yeh et al.
/// 2022, eq. 4): the positive is left out of the sum, so that a good pair still learns in a small batch.
///
/// The mean over all rows; any number of views from two on. It may be negative. Where all rows coincide it is the
/// log of the number of negatives.
struct dcl {
  struct config {
    double temperature = 0.1;    // τ
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
  using prepare = sequential<l2_normalize>;
  static constexpr bool needs_labels = false;
  static constexpr auto anchor(const auto& pairs) { return log_sum_exp(pairs.negatives) - mean(pairs.positives); }
};

/// The same with a weight on each positive, w_ip = 2 − exp(u_i·u_p / σ) / mean over all positive pairs of the batch of
/// exp(u·u' / σ): pairs that are far apart count more (Yeh et al. 2022, eq. 6). The weights are numbers, through which
/// nothing goes back.
struct dclw {
  struct config {
    double temperature = 0.1;    // τ
    double sigma = 0.5;          // σ, from 0.03 on
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...);
      f("sigma", c.sigma...);
    }
  };
  using prepare = sequential<l2_normalize>;
  static constexpr bool needs_labels = false;
  static constexpr auto anchor(const auto& pairs, const config& c) {
    if (!(c.sigma >= 0.03))
      throw argument_error("dclw's sigma must be a number from 0.03 on; it is " + std::to_string(c.sigma));
    const auto weight = exp((c.temperature * pairs.s - 1) / c.sigma);    // at most 1, since only their ratio counts
    return log_sum_exp(pairs.negatives) - 2 * mean(pairs.positives) + weighted_mean(pairs.positives, weight);
  }
};

}    // namespace contrastive

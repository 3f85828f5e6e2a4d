// SPDX-License-Identifier: MIT
#pragma once
// The cross-entropy of a softmax to distributions that are given: the loss of SwAV and DINO.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// ℓ_i = −Σ_k t_ik log softmax(s_i / τ)_k (Caron et al. 2020, eq. 2; Caron et al. 2021, eq. 2). The numbers of each row
/// t_i are not negative and have the sum 1; nothing goes back through them.
struct soft_cross_entropy {
  template <class B>
  struct memory {
    tensor<B, features<1>> top, total, toward;    // (n) the largest s / τ; Σ exp(s / τ − top); Σ t·(s / τ − top)
  };

  /// loss = share · ℓ, (n); ds = the gradient of its sum, (n, k). s: (n, k) scores; t: (n, k), maybe an expression.
  static void evaluate(auto& ctx, auto& m, const auto& loss, double tau, const auto& s, const auto& t, const auto& ds,
                       double share) {
    const auto logit = s * (1 / tau);
    reduce<fold::max>(ctx, m.top, logit);                                // (n)
    reduce<fold::sum>(ctx, m.total, exp(logit - m.top));                 // (n)
    reduce<fold::sum>(ctx, m.toward, t * (logit - m.top));               // (n)
    map(ctx, loss, (log(m.total) - m.toward) * share);                   // (n)
    map(ctx, ds, (exp(logit - m.top) / m.total - t) * (share / tau));    // (n, k)
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Rows beside the rows of a target, by the angle between them: the loss of SimSiam and, but for constants, of BYOL.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// D_i = −cos(p_i, t_i) (Chen & He 2021, eq. 1). Nothing goes back through the target's rows t. A row of zeros has
/// cosine 0.
struct negative_cosine {
  static constexpr double shortest = 1e-12;    // length below which a row is divided by this instead

  template <class B>
  struct memory {
    tensor<B, features<1>> of_p, of_t, cosine;    // (n) 1 / |p|; 1 / |t|; cos
  };

  /// value = share · Σ D_i, dp = its gradient; p, t, dp: (n, d). `share` is 1 / n for a mean.
  static void evaluate(auto& ctx, auto& m, const auto& value, const auto& p, const auto& t, const auto& dp,
                       double share) {
    reduce<fold::sum>(ctx, m.of_p, p * p);    // (n)
    reduce<fold::sum>(ctx, m.of_t, t * t);
    map(ctx, m.of_p, 1 / maximum(sqrt(m.of_p), shortest));
    map(ctx, m.of_t, 1 / maximum(sqrt(m.of_t), shortest));
    reduce<fold::sum>(ctx, m.cosine, p * m.of_p * t * m.of_t);
    reduce<fold::sum>(ctx, value, m.cosine * -share);
    map(ctx, dp, (p * m.of_p * m.cosine - t * m.of_t) * (m.of_p * share));    // (n, d)
  }
};

}    // namespace contrastive

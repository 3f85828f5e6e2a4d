// SPDX-License-Identifier: MIT
#pragma once
// Rows beside the rows of a target, by the angle between them: the loss of SimSiam and, but for constants, of BYOL.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/loss/target_loss_concepts.hpp>

namespace contrastive {

/// weight · the mean of D_i = −cos(p_i, t_i) (Chen & He 2021, eq. 1). p, t: (n, d); nothing goes back through t. A row
/// of zeros has cosine 0.
struct negative_cosine {
  struct config {
    double weight = 1;
    static constexpr void members(auto&& f, auto&... c) { f("weight", c.weight...); }
  };
  static constexpr double shortest = 1e-12;    // length below which a row is divided by this instead

  /// Where `figure[…]` gets what; positive_similarity: the mean cosine.
  enum figure { loss, positive_similarity };
  static constexpr std::array figure_names{"loss", "positive_similarity"};

  template <class B, int D>
  struct memory {
    tensor<B, features<1>> of_p, of_t, cosine;    // (n) 1 / |p|; 1 / |t|; cos
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& figure, const auto& p, const auto& t,
                       const auto& dp) {
    const int rows = operand_of(p).rows;
    detail::require_pairs(rows, operand_of(t).rows);
    const double share = c.weight / rows;
    reduce<fold::sum>(ctx, m.of_p, p * p);    // (n)
    reduce<fold::sum>(ctx, m.of_t, t * t);
    map(ctx, m.of_p, 1 / maximum(sqrt(m.of_p), shortest));
    map(ctx, m.of_t, 1 / maximum(sqrt(m.of_t), shortest));
    reduce<fold::sum>(ctx, m.cosine, p * m.of_p * t * m.of_t);
    reduce<fold::sum>(ctx, figure[loss], m.cosine * -share);
    reduce<fold::sum>(ctx, figure[positive_similarity], m.cosine * (1. / rows));
    map(ctx, dp, (p * m.of_p * m.cosine - t * m.of_t) * (m.of_p * share));    // (n, d)
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Rows beside a key each and a queue of other keys: the loss of MoCo.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// ℓ_i = −log( exp(q_i·k_i / τ) / (exp(q_i·k_i / τ) + Σ_j exp(q_i·u_j / τ)) ), the mean over all rows (He et al. 2020,
/// eq. 1). Rows q and k (n, d) and the queue's rows u (Queue, d) have length 1; nothing goes back through k and u.
struct info_nce {
  template <class B, int Queue>
  struct memory {
    tensor<B, features<Queue>> negative;            // (n, Queue) logits, then their share of the softmax
    tensor<B, features<1>> positive, top, total;    // (n) logit of the key; the largest; Σ exp(logit − top)
  };
  /// Where `figure[…]` gets what; accuracy: the share of rows nearer to their key than to all others.
  enum figure { loss, accuracy, positive_similarity, negative_similarity };

  static void evaluate(auto& ctx, auto& m, const auto& figure, double temperature, const auto& q, const auto& k,
                       const auto& queue, const auto& dq) {
    const double share = 1. / operand_of(q).rows, scale = 1 / temperature, in_queue = operand_of(queue).rows;
    gemm(ctx, by_row(m.negative), by_row(q), transpose(by_row(queue)), scale);    // (n, Queue)
    reduce<fold::sum>(ctx, m.positive, q * k * scale);                            // (n)
    reduce<fold::max>(ctx, m.top, m.negative);
    reduce<fold::sum>(ctx, figure[accuracy], where_greater(m.positive, m.top, share));
    reduce<fold::sum>(ctx, figure[positive_similarity], m.positive * (temperature * share));
    reduce<fold::sum>(ctx, m.total, m.negative);
    reduce<fold::sum>(ctx, figure[negative_similarity], m.total * (temperature * share / in_queue));

    map(ctx, m.top, maximum(m.top, m.positive));
    map(ctx, m.negative, exp(m.negative - m.top));    // (n, Queue)
    reduce<fold::sum>(ctx, m.total, m.negative);
    map(ctx, m.total, m.total + exp(m.positive - m.top));
    reduce<fold::sum>(ctx, figure[loss], (log(m.total) + m.top - m.positive) * share);

    map(ctx, m.negative, m.negative / m.total);
    map(ctx, dq, k * ((exp(m.positive - m.top) / m.total - 1) * (scale * share)));    // (n, d)
    gemm(ctx, by_row(dq), by_row(m.negative), by_row(queue), scale * share, 1);
  }
};

}    // namespace contrastive

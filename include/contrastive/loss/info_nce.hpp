// SPDX-License-Identifier: MIT
#pragma once
// Rows beside a key each and a queue of other keys: the loss of MoCo.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/loss/target_loss_concepts.hpp>

namespace contrastive {

/// ℓ_i = −log( exp(q_i·k_i / τ) / (exp(q_i·k_i / τ) + Σ_j exp(q_i·u_j / τ)) ), weight · the mean over all rows (He et
/// al. 2020, eq. 1). Rows q and k (n, d) and the queue's rows u (Queue, d) have length 1; nothing goes back through k
/// and u.
struct info_nce {
  struct config {
    double temperature = 0.2, weight = 1;
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("weight", c.weight...);
    }
  };

  /// Where `figure[…]` gets what; accuracy: the share of rows nearer to their key than to all others.
  enum figure { loss, accuracy, positive_similarity, negative_similarity };
  static constexpr std::array figure_names{"loss", "accuracy", "positive_similarity", "negative_similarity"};

  template <class B, int D, int Queue>
  struct memory {
    tensor<B, features<Queue>> negative;            // (n, Queue) logits, then their share of the softmax
    tensor<B, features<1>> positive, top, total;    // (n) logit of the key; the largest; Σ exp(logit − top)
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& figure, const auto& q, const auto& k,
                       const auto& queue, const auto& dq) {
    detail::require_temperature(c.temperature);
    const int rows = operand_of(q).rows;
    detail::require_pairs(rows, operand_of(k).rows);
    const double share = 1. / rows, scale = 1 / c.temperature, in_queue = operand_of(queue).rows;
    gemm(ctx, by_row(m.negative), by_row(q), transpose(by_row(queue)), scale);    // (n, Queue)
    reduce<fold::sum>(ctx, m.positive, q * k * scale);                            // (n)
    reduce<fold::max>(ctx, m.top, m.negative);
    reduce<fold::sum>(ctx, figure[accuracy], where_greater(m.positive, m.top, share));
    reduce<fold::sum>(ctx, figure[positive_similarity], m.positive * (c.temperature * share));
    reduce<fold::sum>(ctx, m.total, m.negative);
    reduce<fold::sum>(ctx, figure[negative_similarity], m.total * (c.temperature * share / in_queue));

    map(ctx, m.top, maximum(m.top, m.positive));
    map(ctx, m.negative, exp(m.negative - m.top));    // (n, Queue)
    reduce<fold::sum>(ctx, m.total, m.negative);
    map(ctx, m.total, m.total + exp(m.positive - m.top));
    reduce<fold::sum>(ctx, figure[loss], (log(m.total) + m.top - m.positive) * (c.weight * share));

    const double factor = c.weight * share * scale;
    map(ctx, m.negative, m.negative / m.total);
    map(ctx, dq, k * ((exp(m.positive - m.top) / m.total - 1) * factor));    // (n, d)
    gemm(ctx, by_row(dq), by_row(m.negative), by_row(queue), factor, 1);
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Rows beside a target each, told from the targets of all other rows of the batch: the losses of MoCo v3 and NNCLR.
#include <contrastive/loss/batch_info_nce.hpp>
#include <contrastive/loss/target_loss_concepts.hpp>

namespace contrastive {

namespace detail {
/// What both losses share; whose gradient is wanted tells them apart.
template <bool AnchorsLearn>
struct in_batch_softmax {
  struct config {
    double temperature = 0.2, weight = 1;
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("weight", c.weight...);
    }
  };
  using figure = batch_info_nce::figure;
  using enum batch_info_nce::figure;
  static constexpr std::array figure_names{"loss", "accuracy", "positive_similarity", "negative_similarity"};

  template <class B, int D>
  using memory = batch_info_nce::memory<B, D>;

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& figure, const auto& q, const auto& t,
                       const auto& dq) {
    const int rows = operand_of(q).rows;
    require_pairs(rows, operand_of(t).rows);
    if (rows < 2) throw argument_error("a loss of rows among those of their batch needs at least 2 rows");
    if constexpr (AnchorsLearn)
      batch_info_nce::evaluate(ctx, m, figure, c.temperature, q, t, dq, no_gradient{}, c.weight);
    else batch_info_nce::evaluate(ctx, m, figure, c.temperature, t, q, no_gradient{}, dq, c.weight);
  }
};
}    // namespace detail

/// ℓ_i = −log( exp(q_i·t_i / τ) / Σ_j exp(q_i·t_j / τ) ), j over the batch, weight · the mean over all rows (Chen, Xie
/// & He 2021, algorithm 1): each row has to find its target. Rows q and t (n, d) have length 1; nothing goes back
/// through t. Memory is linear in the rows.
struct in_batch_nce : detail::in_batch_softmax<true> {};

/// ℓ_i = −log( exp(t_i·q_i / τ) / Σ_j exp(t_i·q_j / τ) ), j over the batch, weight · the mean over all rows (Dwibedi et
/// al. 2021, eq. 4): each target has to find its row. Rows q and t (n, d) have length 1; nothing goes back through t.
/// Memory is linear in the rows.
struct found_by_target_nce : detail::in_batch_softmax<false> {};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Rows beside a target each, told from the targets of all other rows of the batch: the losses of MoCo v3 and NNCLR.
//
// The matrix of similarities is never stored: tiles of `width` candidates are compared with all anchors twice, once for
// the softmax of each anchor and once, with the same bits, for the gradient. Memory is linear in the rows.
#include <contrastive/expr/verbs.hpp>
#include <contrastive/loss/target_loss_concepts.hpp>

namespace contrastive {

// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(number_batch_rows, (), (auto row), row(n, h, w, c) = n;)
CONTRASTIVE_KERNEL(number_candidates, (int first, int rows), (auto row),
  row(n, h, w, c) = first + c < rows ? first + c : -1;)
}    // namespace detail
// clang-format on

namespace detail {

/// One evaluation: anchors a (n, d), each of which has to find the candidate c of its number among all n.
template <class Context, class Memory, class A, class C>
struct in_batch_run {
  static constexpr int width = std::remove_cvref_t<Memory>::width;
  Context& ctx;
  Memory& m;
  A a;
  C c;
  double temperature;

  int rows() const { return a.rows; }
  int count_from(int first) const { return std::min(width, rows() - first); }
  auto candidates() const { return m.candidates.first(width); }                                          // (t, d)
  auto column() const { return operand<decltype(m.column.data), false, 1, 1, width>{m.column.data}; }    // (t)
  /// 0 for what fills the last tile.
  auto there(const auto& e) const { return where_greater(column(), -1, e); }
  void each_tile(auto&& f) const {
    for (int first = 0; first < rows(); first += width) {
      similarities(first);
      f(first);
    }
  }

  void similarities(int first) const {
    const int count = count_from(first);
    launch<number_candidates>(ctx, column().grid(), {first, rows()}, column());
    map(ctx, candidates().slice(0, count), c.slice(first, count));
    if (count < width) map(ctx, candidates().slice(count, width - count), 0.);
    gemm(ctx, by_row(m.tile), by_row(a), transpose(by_row(candidates())), 1 / temperature);    // (n, t)
  }
  void begin() const {
    launch<number_batch_rows>(ctx, operand_of(m.row).grid(), m.row);
    reduce<fold::sum>(ctx, m.positive, a * c * (1 / temperature));    // (n)
    map(ctx, m.top, -very_far);
    map(ctx, m.total, 0.), map(ctx, m.similarity, 0.), map(ctx, m.ties, 0.);
  }
  void collect() const {
    reduce<fold::max>(ctx, m.part, m.tile - very_far * (1 - there(1)));
    map(ctx, m.part, maximum(m.part, m.top));
    map(ctx, m.total, m.total * exp(m.top - m.part));    // what was there, for the new largest
    map(ctx, m.top, m.part * 1);
    add<fold::sum>(ctx, m.total, m.part, there(exp(m.tile - m.top)));
    add<fold::sum>(ctx, m.similarity, m.part, m.tile);
  }
  /// The similarity from which on a candidate counts as the nearest.
  auto nearest() const { return m.top - maximum(tied_share * abs(m.top), tied_within / temperature); }
  /// tile = ∂ℓ / ∂s, but for the share of the mean.
  void slopes() const {
    add<fold::sum>(ctx, m.ties, m.part, there(where_greater(m.tile, nearest(), 1)));
    map(ctx, m.tile, there(exp(m.tile - m.top) / m.total) - equal(m.row, column()));    // (n, t)
  }
};

/// What both losses share; whose gradient is wanted tells them apart.
template <bool AnchorsLearn>
struct in_batch_softmax {
  struct config {
    double temperature = 0.2, weight = 1;
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("weight", c.weight...);
    }
  };

  /// Where `figure[…]` gets what; accuracy: the share of anchors whose nearest candidate is their own, where k are tied
  /// each counts 1/k.
  enum figure { loss, accuracy, positive_similarity, negative_similarity };
  static constexpr std::array figure_names{"loss", "accuracy", "positive_similarity", "negative_similarity"};

  template <class B, int D>
  struct memory {
    static constexpr int width = 64;                      // candidates at once
    tensor<B, features<width>> tile;                      // (n, t) similarity / τ, then its slope
    tensor<B, features<1>> positive, top, total;          // (n) the own one's; the largest; Σ exp(s − top)
    tensor<B, features<1>> similarity, ties, part;        // (n) Σ s; how many are nearest; what a tile adds
    tensor<B, features<1>, std::int32_t> row;             // (n) its number
    chunk<B, features<D>, width> candidates;              // (t, d)
    chunk<B, features<width>, 1, std::int32_t> column;    // (t) their numbers, −1 beyond the batch
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& figure, const auto& q, const auto& t,
                       const auto& dq) {
    require_temperature(c.temperature);
    const auto rows = operand_of(q), targets = operand_of(t), gradient = operand_of(dq);
    require_pairs(rows.rows, targets.rows);
    if (rows.rows < 2) throw argument_error("a loss of rows among those of their batch needs at least 2 rows");
    const auto& a = AnchorsLearn ? rows : targets;
    const auto& candidates = AnchorsLearn ? targets : rows;
    const in_batch_run<std::remove_reference_t<decltype(ctx)>, std::remove_reference_t<decltype(m)>,
                       std::remove_cvref_t<decltype(a)>, std::remove_cvref_t<decltype(candidates)>>
        run{ctx, m, a, candidates, c.temperature};
    const double share = 1. / rows.rows, factor = c.weight * share / c.temperature;
    run.begin();
    run.each_tile([&](int) { run.collect(); });
    run.each_tile([&](int first) {
      run.slopes();
      if constexpr (AnchorsLearn)
        gemm(ctx, by_row(gradient), by_row(m.tile), by_row(run.candidates()), factor, first > 0);    // (n, d)
      else {
        gemm(ctx, by_row(run.candidates()), transpose(by_row(m.tile)), by_row(a), factor);    // (t, d)
        map(ctx, gradient.slice(first, run.count_from(first)), run.candidates().slice(0, run.count_from(first)) * 1);
      }
    });
    reduce<fold::sum>(ctx, figure[loss], (log(m.total) + m.top - m.positive) * (c.weight * share));
    reduce<fold::sum>(ctx, figure[accuracy], where_greater(m.positive, run.nearest(), share / m.ties));
    reduce<fold::sum>(ctx, figure[positive_similarity], m.positive * (c.temperature * share));
    reduce<fold::sum>(ctx, figure[negative_similarity],
                      (m.similarity - m.positive) * (c.temperature * share / (rows.rows - 1)));
  }
};
}    // namespace detail

/// ℓ_i = −log( exp(q_i·t_i / τ) / Σ_j exp(q_i·t_j / τ) ), j over the batch, weight · the mean over all rows (Chen, Xie
/// & He 2021, algorithm 1): each row has to find its target. Rows q and t (n, d) have length 1; nothing goes back
/// through t.
struct in_batch_nce : detail::in_batch_softmax<true> {};

/// ℓ_i = −log( exp(t_i·q_i / τ) / Σ_j exp(t_i·q_j / τ) ), j over the batch, weight · the mean over all rows (Dwibedi et
/// al. 2021, eq. 4): each target has to find its row. Rows q and t (n, d) have length 1; nothing goes back through t.
struct found_by_target_nce : detail::in_batch_softmax<false> {};

}    // namespace contrastive

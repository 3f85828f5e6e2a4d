// SPDX-License-Identifier: MIT
#pragma once
// Two sets of rows compared a strip at a time: the similarities of some anchors with all rows of the other set.
//
// Row i of the other set belongs to anchor i. A strip has all that its anchors need, so one pass over the strips is
// enough, and no matrix of all pairs is stored: memory is linear in the rows.
#include <contrastive/core/exactly.hpp>
#include <contrastive/core/overrides.hpp>
#include <contrastive/core/phase.hpp>
#include <contrastive/expr/verbs.hpp>
#include <contrastive/loss/arguments.hpp>
#include <contrastive/loss/similarity.hpp>
#include <contrastive/net/layer.hpp>

#include <algorithm>

namespace contrastive {

namespace detail {
// clang-format off
CONTRASTIVE_KERNEL(number_rows, (), (auto row), row(n, 0, 0, 0) = n;)
CONTRASTIVE_KERNEL(number_anchors, (int first, int count), (auto anchor),
  anchor(0, 0, 0, c) = c < count ? first + c : -1;)
// clang-format on

inline void require_two_sets(int anchors, int others, int capacity) {
  if (anchors < 1 || anchors > others)
    throw argument_error("each of " + std::to_string(anchors) +
                         " rows needs a row of its own in the other set, which has " + std::to_string(others));
  if (others > capacity)
    throw argument_error("this loss has memory for " + std::to_string(capacity) + " rows, but got " +
                         std::to_string(others));
}
}    // namespace detail

/// Memory for strips of rows with D numbers: as many rows as the other set has.
template <class B, int D>
struct row_strips {
  static constexpr int width = 64;    // anchors at once
  using anchors_at_once = features<width>;

  tensor<B, anchors_at_once> strip;                         // (n, t) similarities, then the pairs' weights
  tensor<B, features<1>, std::int32_t> row;                 // (n) 0 … n − 1
  chunk<B, anchors_at_once, 1, std::int32_t> anchor_row;    // (t) its number; −1 where the last strip has no anchor
  chunk<B, features<D>, width> anchors, sums;               // (t, d) rows; their gradient
  chunk<B, anchors_at_once, 1> alike, nearest, unlike;      // (t) s of the own row; largest of the others'; Σ of theirs
  chunk<B, anchors_at_once, 3> of_strips;                   // (t) per lane, over all strips: hits, Σ alike, Σ unlike
  static constexpr void members(auto&& f, auto&... m) {
    f("strip", m.strip...);
    f("row", m.row...);
    f("anchor_row", m.anchor_row...);
    f("anchors", m.anchors...);
    f("sums", m.sums...);
    f("alike", m.alike...);
    f("nearest", m.nearest...);
    f("unlike", m.unlike...);
    f("of_strips", m.of_strips...);
  }
};

namespace detail {

/// A walk over the strips of anchors q (m, d) beside rows k (n, d).
template <class Context, class Memory, class Q, class K>
struct strip_walk {
  static constexpr int width = Memory::width;
  Context& ctx;
  Memory& m;
  Q q;
  K k;

  int strips() const { return (q.rows + width - 1) / width; }
  int first(int i) const { return i * width; }
  int anchors_in(int i) const { return std::min(width, q.rows - first(i)); }

  // ---- views of the memory ----
  static auto lanes(const auto& chunk, int row = 0) {    // (t)
    return operand<decltype(chunk.data), false, 1, 1, width>{chunk.data + std::size_t(row) * width, 1};
  }
  auto strip() const { return operand_of(m.strip).slice(0, k.rows); }    // (n, t)
  auto row() const { return operand_of(m.row).slice(0, k.rows); }        // (n)
  auto anchors() const { return m.anchors.first(width); }                // (t, d)
  /// e for a pair of an anchor and its own row, or for any other pair; else 0.
  auto own(const auto& e) const { return where_greater(equal(row(), lanes(m.anchor_row)), 0, e); }
  auto other(const auto& e) const { return where_greater(1, equal(row(), lanes(m.anchor_row)), e); }
  /// e for the lanes that have an anchor, else 0.
  auto live(const auto& e) const { return where_greater(lanes(m.anchor_row), -1, e); }

  // ---- the walk ----
  void begin() const {
    require_two_sets(q.rows, k.rows, operand_of(m.strip).rows);
    launch<number_rows>(ctx, index4{k.rows, 1, 1, 1}, row());
    for (int j : {0, 1, 2}) map(ctx, lanes(m.of_strips, j), 0.);
  }
  /// strip = scale · k·qᵀ for the i-th anchors.
  void compare(int i, double scale) const {
    const int count = anchors_in(i);
    map(ctx, anchors().slice(0, count), q.slice(first(i), count) * 1);
    if (count < width) map(ctx, anchors().slice(count, width - count), 0.);
    launch<number_anchors>(ctx, index4{1, 1, 1, width}, {first(i), count}, lanes(m.anchor_row));
    gemm(ctx, by_row(strip()), by_row(k), transpose(by_row(anchors())), scale);
  }
  /// What the strip says of its anchors, and of all of them so far. Similarities closer than `tied` count as equal.
  void measure(double tied) const {
    reduce<fold::sum>(ctx, lanes(m.alike), own(strip()));                     // (t)
    reduce<fold::max>(ctx, lanes(m.nearest), strip() - very_far * own(1));    // (t)
    reduce<fold::sum>(ctx, lanes(m.unlike), other(strip()));                  // (t)
    const auto add = [&](int j, const auto& e) { map(ctx, lanes(m.of_strips, j), lanes(m.of_strips, j) + live(e)); };
    add(0, where_greater(lanes(m.alike), lanes(m.nearest) + tied, 1));
    add(1, expression_of(lanes(m.alike)));
    add(2, expression_of(lanes(m.unlike)));
  }
  /// Of similarities that are `scale` times a cosine.
  void report(const auto& accuracy, const auto& positive, const auto& negative, double scale) const {
    const double share = 1. / q.rows, others = std::max(k.rows - 1, 1);
    reduce<fold::sum>(ctx, accuracy, lanes(m.of_strips, 0) * share);
    reduce<fold::sum>(ctx, positive, lanes(m.of_strips, 1) * (share / scale));
    reduce<fold::sum>(ctx, negative, lanes(m.of_strips, 2) * (share / scale / others));
  }
  /// dq_i = before·dq_i + scale Σ_j w_ij k_j, and dk = before·dk + scale Σ_i w_ij q_i over all strips; the strip has w.
  void gradient(int i, double scale, const auto& dq, const auto& dk, double before) const {
    if constexpr (wanted<decltype(dq)>) {
      const auto to = operand_of(dq).slice(first(i), anchors_in(i)), sum = m.sums.first(width);
      gemm(ctx, by_row(sum), transpose(by_row(strip())), by_row(k), scale);
      if (is_exactly(before, 0.)) map(ctx, to, sum.slice(0, anchors_in(i)) * 1);
      else map(ctx, to, before * to + sum.slice(0, anchors_in(i)));
    }
    if constexpr (wanted<decltype(dk)>)
      gemm(ctx, by_row(dk), by_row(strip()), by_row(anchors()), scale, i == 0 ? before : 1);
  }
};

/// Who judges the strips of loss L: the device's override, or else the verbs.
template <class Context, class L, class ByVerbs>
using strip_judge =
    answer_of<typename std::remove_reference_t<Context>::backend, training, asked::strip_loss<L>, ByVerbs>;

/// The walk over strips of q beside k, whose memory is `m`.
auto walk_of(auto& ctx, auto& m, const auto& q, const auto& k) {
  return strip_walk<std::remove_reference_t<decltype(ctx)>, std::remove_reference_t<decltype(m)>,
                    operand_type<decltype(q)>, operand_type<decltype(k)>>{ctx, m, operand_of(q), operand_of(k)};
}
}    // namespace detail

}    // namespace contrastive

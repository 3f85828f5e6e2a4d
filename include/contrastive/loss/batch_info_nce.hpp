// SPDX-License-Identifier: MIT
#pragma once
// Rows beside the keys of their own batch: the loss of MoCo v3, of NNCLR and, in both directions, of CLIP.
#include <contrastive/loss/row_strips.hpp>

namespace contrastive {

/// ℓ_i = −log( exp(q_i·k_i / τ) / Σ_j exp(q_i·k_j / τ) ), the mean over all rows of q; j runs over all rows of k, of
/// which the first belong to those of q (Chen, Xie & He 2021, eq. 1). Rows q (m, d) and k (n, d), m ≤ n, have length 1.
///
///     batch_info_nce::evaluate(m, *memory, figure, 0.2, q, k, query.dy());    // nothing goes back through k
///
/// Pairs of images and texts learn in both directions (Radford et al. 2021, figure 3), the second adding to the first:
///
///     batch_info_nce::evaluate(m, *memory, figure, 0.07, image, text, d_image, d_text, 0.5);
///     batch_info_nce::evaluate(m, *memory, more, 0.07, text, image, d_text, d_image, 0.5, 1);
struct batch_info_nce {
  template <class B, int D>
  struct memory : row_strips<B, D> {
    chunk<B, features<row_strips<B, D>::width>, 1> top, total, value;    // (t) largest s; Σ exp(s − top); Σ ℓ of a lane
    static constexpr void members(auto&& f, auto&... m) {
      row_strips<B, D>::members(f, m...);
      f("top", m.top...);
      f("total", m.total...);
      f("value", m.value...);
    }
  };
  /// Where `figure[…]` gets what, as info_nce; accuracy: the share of rows nearer to their key than to all others.
  enum figure { loss, accuracy, positive_similarity, negative_similarity };

  /// figure[loss] = weight · mean of ℓ; dq = before·dq + its gradient (m, d), and so dk (n, d), where they are wanted.
  /// The memory is for at least n rows. Throws argument_error for other numbers of rows or a temperature of no use.
  static void evaluate(auto& ctx, auto& m, const auto& figure, double temperature, const auto& q, const auto& k,
                       const auto& dq, const auto& dk, double weight = 1, double before = 0) {
    detail::require_temperature(temperature);
    const auto walk = detail::walk_of(ctx, m, q, k);
    using strip = detail::strip_judge<decltype(ctx), batch_info_nce, by_verbs>;
    const auto value = walk.lanes(m.value);    // (t)
    const double scale = 1 / temperature, share = weight / walk.q.rows;
    walk.begin();
    map(ctx, value, 0.);
    for (int i = 0; i < walk.strips(); ++i) {
      walk.compare(i, scale);
      strip::judge(walk, i, detail::tied_within * scale);
      walk.gradient(i, scale * share, dq, dk, before);
    }
    reduce<fold::sum>(ctx, figure[loss], value * share);
    walk.report(figure[accuracy], figure[positive_similarity], figure[negative_similarity], scale);
  }
  /// Nothing goes back through k.
  static void evaluate(auto& ctx, auto& m, const auto& figure, double temperature, const auto& q, const auto& k,
                       const auto& dq) {
    evaluate(ctx, m, figure, temperature, q, k, dq, no_gradient{});
  }

 private:
  struct by_verbs {
    /// From similarities to ℓ, in m.value, and the weights ∂ℓ_i/∂s_ij.
    static void judge(const auto& walk, int, double tied) {
      auto& ctx = walk.ctx;
      auto& m = walk.m;
      const auto top = walk.lanes(m.top), total = walk.lanes(m.total), value = walk.lanes(m.value);    // (t)
      const auto alike = walk.lanes(m.alike);                                                          // (t)
      const auto s = walk.strip();                                                                     // (n, t)
      walk.measure(tied);
      map(ctx, top, maximum(walk.lanes(m.nearest), alike));
      map(ctx, s, exp(s - top));    // (n, t)
      reduce<fold::sum>(ctx, total, s);
      map(ctx, value, value + walk.live(log(total) + top - alike));
      map(ctx, s, s / total - walk.own(1));
    }
  };
};

}    // namespace contrastive

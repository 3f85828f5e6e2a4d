// SPDX-License-Identifier: MIT
#pragma once
// Every pair of two sets of rows judged by itself, whether it is one: the loss of SigLIP.
#include <contrastive/loss/row_strips.hpp>

namespace contrastive {

/// L = −(1/m) Σ_ij log σ(y_ij (t z_i·w_j + b)),  y = 1 for a row and its own, else −1  (Zhai et al. 2023, eq. 1).
///
/// Rows z (m, d) and w (n, d) have length 1; row i of w belongs to z_i, m ≤ n; t and b are numbers on the device,
/// operands of one element.
///
/// There is no normalization over the batch, so no row waits for another: the two sets may be any two kinds of
/// things with embeddings of one length, as views of images or images and texts.
struct sigmoid_loss {
  template <class B, int D>
  struct memory : row_strips<B, D> {
    chunk<B, features<row_strips<B, D>::width>, 1> part, value, of_scale, of_bias;    // (t) a strip's; Σ of a lane
    static constexpr void members(auto&& f, auto&... m) {
      row_strips<B, D>::members(f, m...);
      f("part", m.part...);
      f("value", m.value...);
      f("of_scale", m.of_scale...);
      f("of_bias", m.of_bias...);
    }
  };
  /// Where `figure[…]` gets what; accuracy: the share of rows z nearer to their own w than to all others.
  enum figure { loss, accuracy, positive_similarity, negative_similarity };

  /// dz (m, d), dw (n, d), dt and db are written where they are wanted. The memory is for at least n rows. Throws
  /// argument_error for other numbers of rows.
  template <class Number, class Slope>
  static void evaluate(auto& ctx, auto& m, const auto& figure, const Number& t, const Number& b, const auto& z,
                       const auto& w, const auto& dz, const auto& dw, const Slope& dt, const Slope& db) {
    const auto walk = detail::walk_of(ctx, m, z, w);
    using strip = detail::strip_judge<decltype(ctx), sigmoid_loss, by_verbs>;
    const auto value = walk.lanes(m.value), of_scale = walk.lanes(m.of_scale),
               of_bias = walk.lanes(m.of_bias);    // (t)
    const double share = 1. / walk.q.rows;
    walk.begin();
    map(ctx, value, 0.), map(ctx, of_scale, 0.), map(ctx, of_bias, 0.);
    for (int i = 0; i < walk.strips(); ++i) {
      walk.compare(i, 1);
      strip::judge(walk, i, t, b, detail::tied_within);
      walk.gradient(i, share, dz, dw, 0);
    }
    reduce<fold::sum>(ctx, figure[loss], value * share);
    reduce<fold::sum>(ctx, dt, of_scale * share);
    reduce<fold::sum>(ctx, db, of_bias * share);
    walk.report(figure[accuracy], figure[positive_similarity], figure[negative_similarity], 1);
  }

 private:
  struct by_verbs {
    /// From similarities to the sums of a strip's lanes, and the weights t · ∂L/∂(t s + b).
    static void judge(const auto& walk, int, const auto& t, const auto& b, double tied) {
      auto& ctx = walk.ctx;
      auto& m = walk.m;
      const auto part = walk.lanes(m.part);        // (t)
      const auto s = walk.strip();                 // (n, t)
      const auto minus_y = 1 - 2 * walk.own(1);    // −y
      const auto x = minus_y * (t * s + b);        // −y (t s + b)
      const auto slope = minus_y * sigmoid(x);     // ∂ softplus(x) / ∂(t s + b)
      const auto add = [&](const auto& sum, const auto& e) {
        reduce<fold::sum>(ctx, part, e);
        map(ctx, sum, sum + walk.live(expression_of(part)));
      };
      walk.measure(tied);
      add(walk.lanes(m.value), softplus(x));
      add(walk.lanes(m.of_scale), slope * s);
      map(ctx, s, slope);
      add(walk.lanes(m.of_bias), expression_of(s));
      map(ctx, s, s * t);
    }
  };
};

}    // namespace contrastive

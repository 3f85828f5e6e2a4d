// SPDX-License-Identifier: MIT
#pragma once
// Assignments that use all columns alike: Sinkhorn and Knopp's iteration, by which SwAV makes its codes.
#include <contrastive/core/error.hpp>
#include <contrastive/expr/verbs.hpp>
#include <contrastive/net/layer.hpp>

#include <cmath>
#include <string>

namespace contrastive {

/// q_ik = r_i · exp(s_ik / ε) · c_k after some rounds, each of which first gives all columns one sum and then all rows
/// the sum 1 (Cuturi 2013; Caron et al. 2020, eq. 3 and appendix A.1).
///
/// The exponents' offset is one number for all rows, as in that paper: a number a row would be another start, and so
/// other codes after a few rounds. Rows whose weight at the start underflows still get codes of their own.
struct sinkhorn {
  static constexpr double least = 1e-30;    // a column's sum below it counts as this: nothing is divided by zero

  template <class B, int K>
  struct memory {
    tensor<B, features<1>> row;                                  // (n) r
    parameter<B, per_channel<K>, role::running_mean> column;     // (k) c
    parameter<B, per_channel<1>, role::running_mean> largest;    // the largest s / ε of all
  };

  /// s: (n, k) scores; q: (n, k), written. Throws argument_error for an epsilon that is not above 0, and for no rounds.
  static void assign(auto& ctx, auto& m, double epsilon, int rounds, const auto& s, const auto& q) {
    require(epsilon, rounds);
    const auto exponent = s * (1 / epsilon);
    reduce<fold::max>(ctx, m.row, exponent);
    reduce<fold::max>(ctx, m.largest, m.row);
    map(ctx, q, exp(exponent - m.row));         // (n, k) 1 at the largest of each row, whose own share …
    map(ctx, m.row, exp(m.row - m.largest));    // (n) … is here
    for (int i = 0; i < rounds; ++i) {
      reduce<fold::sum>(ctx, m.column, q * m.row);
      map(ctx, m.column, 1 / maximum(m.column, least));    // (k)
      reduce<fold::sum>(ctx, m.row, q * m.column);
      map(ctx, m.row, 1 / m.row);    // (n)
    }
    map(ctx, q, q * m.row * m.column);    // (n, k)
  }

 private:
  static void require(double epsilon, int rounds) {
    if (!(epsilon > 0) || std::isinf(epsilon))
      throw argument_error("the epsilon of sinkhorn must be a number above 0; it is " + std::to_string(epsilon));
    if (rounds < 1)
      throw argument_error("sinkhorn needs at least 1 round, after which rows have the sum 1; it got " +
                           std::to_string(rounds));
  }
};

}    // namespace contrastive

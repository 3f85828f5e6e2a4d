// SPDX-License-Identifier: MIT
#pragma once
// What a pair loss is written in: the pairs of an anchor, and terms over them such as log_sum_exp(pairs.all).
#include <contrastive/expr/derivative.hpp>
#include <contrastive/expr/verbs.hpp>
#include <contrastive/loss/similarity.hpp>

namespace contrastive {

// ---- which of the other rows j an anchor i is paired with -----------------------------------------------------------

namespace detail {
/// Whether i and j are the same row, and whether they are of one sample or class: 1 or 0.
template <class Row, class Id>
struct sameness {
  Row row;
  Id id;
};
template <class Row, class Id>
sameness(Row, Id) -> sameness<Row, Id>;    // clang 16 deduces no aggregates
}    // namespace detail

// `only` selects and never multiplies, so that what is left out may be infinite. `count` is the number of pairs per
// anchor, from its number of positives and the number of rows.
namespace pair_set {
struct all {
  static constexpr auto only(const auto& same, const auto& e) { return where_greater(1, same.row, e); }
  static constexpr auto count(const auto&, int rows) { return expression_of(double(rows - 1)); }
};
struct positives {    // of the same sample or class, but another row
  static constexpr auto only(const auto& same, const auto& e) { return where_greater(same.id, same.row, e); }
  static constexpr auto count(const auto& positives, int) { return expression_of(positives); }
};
struct negatives {
  static constexpr auto only(const auto& same, const auto& e) { return where_greater(1, same.id, e); }
  static constexpr auto count(const auto& positives, int rows) { return double(rows - 1) - positives; }
};
}    // namespace pair_set

/// Some pairs of every anchor, and an expression of their similarity s.
template <class Set, class Same, class E>
struct selection {
  using set = Set;
  Same same;
  E value;

  /// e for the pairs of the set, else 0.
  constexpr auto only(const auto& e) const { return Set::only(same, e); }
  /// The same pairs with another expression of s: pairs.negatives(maximum(pairs.s - 2, 0)).
  template <Term Other>
  constexpr auto operator()(const Other& e) const {
    return selection<Set, Same, std::remove_const_t<decltype(expression_of(e))>>{same, expression_of(e)};
  }
};

/// What a loss's `anchor(pairs)` receives: s = u_i·u_j / τ (or another similarity) for an anchor i and every other row
/// j, and three sets of such j.
template <class S, class Same>
struct anchor_pairs {
  S s;
  selection<pair_set::all, Same, S> all;
  selection<pair_set::positives, Same, S> positives;
  selection<pair_set::negatives, Same, S> negatives;

  constexpr anchor_pairs(const S& similarity, const Same& same)
      : s(similarity), all{same, s}, positives{same, s}, negatives{same, s} {}
};

// ---- terms ----------------------------------------------------------------------------------------------------------
//
// A term is a number per anchor, in two columns: a large part `at` and a `scale`. It says how they begin, what some
// pairs add to them, its value at + rest(scale), its slope ∂/∂s_ij from both anchors of a pair, and its value where all
// rows coincide.

namespace detail {
/// Of rows longer than the unit it is this share of the largest similarity, from which nothing smaller would differ.
inline constexpr double tied_share = tied_within / 2;

/// column += Σ e, or column = the larger of column and the largest e. `part` is memory like the column.
template <fold F>
void add(auto& ctx, const auto& column, const auto& part, const auto& e) {
  reduce<F>(ctx, part, e);
  if constexpr (F == fold::sum) map(ctx, column, column + part);
  else map(ctx, column, maximum(part, column));
}
/// e for the pairs of a set, something far below for all others.
constexpr auto only_or_far(const auto& pairs, const auto& e) { return e - very_far * (1 - pairs.only(1)); }

/// The value of an expression of s at one s.
template <extents Space, class Tree>
constexpr auto at_similarity(const expression<Space, Tree>& e, double s) {
  const auto replaced = with_leaves(e.tree, [s](const auto&) { return number{s}; });
  return expression<extents{}, std::remove_const_t<decltype(replaced)>>{replaced};
}

/// log Σ exp(e), or log of the mean, through the largest e, so that no exp overflows and not all underflow. 0 without
/// pairs.
template <class Of, bool Mean>
struct log_sum_exp_term {
  using set = typename Of::set;
  Of of;
  double factor = 1;

  static void begin(auto& ctx, const auto& at, const auto& scale) {
    map(ctx, at, -detail::very_far);
    map(ctx, scale, 0.);
  }
  void collect(auto& ctx, const auto& at, const auto& scale, const auto& part) const {
    reduce<fold::max>(ctx, part, detail::only_or_far(of, of.value));
    map(ctx, part, maximum(part, at));
    map(ctx, scale, scale * exp(at - part));    // what was there, for the new largest
    map(ctx, at, part);
    detail::add<fold::sum>(ctx, scale, part, of.only(exp(of.value - at)));
  }
  static void finish(auto& ctx, const auto& at, const auto& scale, const auto& count, const auto&...) {
    map(ctx, at, where_greater(count, 0, at));
    map(ctx, scale, where_greater(count, 0, 1 / scale));
  }
  static constexpr auto rest(const auto& scale, const auto& count) {
    if constexpr (Mean) return where_greater(count, 0, -log(scale * maximum(count, 1)));
    else return where_greater(count, 0, -log(scale));
  }
  constexpr auto slope(const auto& at, const auto& scale, const auto& other_at, const auto& other_scale) const {
    return of.only(chain_rule(of.value, exp(of.value - at) * scale + exp(of.value - other_at) * other_scale));
  }
  constexpr auto at_collapse(double s, const auto& count) const {
    return where_greater(count, 0, detail::at_similarity(of.value, s));
  }
  static constexpr auto rest_at_collapse(const auto& count) {
    if constexpr (Mean) return expression_of(0.);
    else return log(maximum(count, 1));
  }
};

/// Σ e, or the mean; 0 without pairs.
template <class Of, bool Mean>
struct sum_term {
  using set = typename Of::set;
  Of of;
  double factor = 1;

  static void begin(auto& ctx, const auto& at, const auto&) { map(ctx, at, 0.); }
  void collect(auto& ctx, const auto& at, const auto&, const auto& part) const {
    detail::add<fold::sum>(ctx, at, part, of.only(of.value));
  }
  static void finish(auto& ctx, const auto& at, const auto& scale, const auto& count, const auto&...) {
    if constexpr (Mean) {
      map(ctx, scale, 1 / maximum(count, 1));
      map(ctx, at, at * scale);
    } else map(ctx, scale, 1.);
  }
  static constexpr auto rest(const auto&, const auto&) { return expression_of(0.); }
  constexpr auto slope(const auto&, const auto& scale, const auto&, const auto& other_scale) const {
    return of.only(chain_rule(of.value, scale + other_scale));
  }
  constexpr auto at_collapse(double s, const auto& count) const {
    const auto one = where_greater(count, 0, detail::at_similarity(of.value, s));
    if constexpr (Mean) return one;
    else return one * count;
  }
  static constexpr auto rest_at_collapse(const auto&) { return expression_of(0.); }
};

/// The mean of e·w / (the mean of w over the pairs of all anchors); 0 without pairs. The weights stand still: nothing
/// goes back through them.
template <class Of, class W>
struct weighted_mean_term {
  using set = typename Of::set;
  Of of;
  W weight;    // an expression of s
  double factor = 1;

  static void begin(auto& ctx, const auto& at, const auto& scale) {
    map(ctx, at, 0.);
    map(ctx, scale, 0.);
  }
  void collect(auto& ctx, const auto& at, const auto& scale, const auto& part) const {
    detail::add<fold::sum>(ctx, at, part, of.only(weight * of.value));
    detail::add<fold::sum>(ctx, scale, part, of.only(weight));
  }
  /// `weights` and `pairs` are memory for one number each.
  static void finish(auto& ctx, const auto& at, const auto& scale, const auto& count, const auto& weights,
                     const auto& pairs) {
    reduce<fold::sum>(ctx, weights, scale);
    reduce<fold::sum>(ctx, pairs, count + 0 * scale);
    map(ctx, scale, where_greater(count, 0, pairs / (weights * count)));
    map(ctx, at, at * scale);
  }
  static constexpr auto rest(const auto&, const auto&) { return expression_of(0.); }
  constexpr auto slope(const auto&, const auto& scale, const auto&, const auto& other_scale) const {
    return of.only(chain_rule(of.value, weight * (scale + other_scale)));
  }
  constexpr auto at_collapse(double s, const auto& count) const {
    return where_greater(count, 0, detail::at_similarity(of.value, s));
  }
  static constexpr auto rest_at_collapse(const auto&) { return expression_of(0.); }
};
}    // namespace detail

/// A loss of one anchor: a sum of terms, each times its factor.
template <class... T>
struct anchor_loss {
  static constexpr std::size_t count = sizeof...(T);
  pack<T...> terms;
};
namespace detail {
template <class T>
inline constexpr bool is_anchor_loss = false;
template <class... T>
inline constexpr bool is_anchor_loss<anchor_loss<T...>> = true;

template <template <class, bool> class Term, bool Mean, class Of>
constexpr auto single(const Of& of) {
  return anchor_loss<Term<Of, Mean>>{{{{of}}}};
}
}    // namespace detail

/// log Σ exp(e) over some pairs of an anchor; 0 without pairs.
template <class Set, class Same, class E>
constexpr auto log_sum_exp(const selection<Set, Same, E>& pairs) {
  return detail::single<detail::log_sum_exp_term, false>(pairs);
}
/// log of the mean of exp(e) over some pairs of an anchor; 0 without pairs.
template <class Set, class Same, class E>
constexpr auto log_mean_exp(const selection<Set, Same, E>& pairs) {
  return detail::single<detail::log_sum_exp_term, true>(pairs);
}
/// Σ e over some pairs of an anchor.
template <class Set, class Same, class E>
constexpr auto sum(const selection<Set, Same, E>& pairs) {
  return detail::single<detail::sum_term, false>(pairs);
}
/// The mean of e over some pairs of an anchor; 0 without pairs.
template <class Set, class Same, class E>
constexpr auto mean(const selection<Set, Same, E>& pairs) {
  return detail::single<detail::sum_term, true>(pairs);
}

/// The mean of e over some pairs of an anchor, each times `weight`, an expression of s, relative to the mean of all
/// such weights in the batch; 0 without pairs. Nothing goes back through the weights, of which not all may be 0.
template <class Set, class Same, class E, Term W>
constexpr auto weighted_mean(const selection<Set, Same, E>& pairs, const W& weight) {
  using weight_type = std::remove_const_t<decltype(expression_of(weight))>;
  return anchor_loss<detail::weighted_mean_term<selection<Set, Same, E>, weight_type>>{
      {{{pairs, expression_of(weight)}}}};
}

template <class... A>
constexpr auto operator*(double factor, anchor_loss<A...> a) {
  detail::for_each_index<sizeof...(A)>([&](auto i) { part<i>(a.terms).factor *= factor; });
  return a;
}
template <class... A, class... B>
constexpr auto operator+(const anchor_loss<A...>& a, const anchor_loss<B...>& b) {
  return [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>) {
    return anchor_loss<A..., B...>{{{part<I>(a.terms)}..., {part<J>(b.terms)}...}};
  }(std::index_sequence_for<A...>{}, std::index_sequence_for<B...>{});
}
template <class... A, class... B>
constexpr auto operator-(const anchor_loss<A...>& a, const anchor_loss<B...>& b) {
  return a + -1. * b;
}

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// A pair loss inside a tile: its terms collected and its slopes, on vectors, for every instruction set.
//
// The terms are those of loss/pairs.hpp. A loss is served if its sets of pairs are the three of that header and its
// expressions of s are made of the functions in expr/functions.hpp; any other keeps the engine of verbs.
#include <contrastive/backend/cpu/kernels/pairs/operands.hpp>
#include <contrastive/loss/pairs.hpp>

#include <algorithm>
#include <cmath>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class T, class... Of>
inline constexpr bool is_one_of = (std::is_same_v<T, Of> || ...);

template <class Tree>
inline constexpr bool on_vectors = true;    // the operand, numbers
template <class Op, class... Parts>
inline constexpr bool on_vectors<detail::apply<Op, Parts...>> =
    is_one_of<Op, function::add, function::subtract, function::multiply, function::divide, function::maximum,
              function::minimum, function::equal, function::where_greater, function::exp, function::log, function::sqrt,
              function::erf> &&
    (on_vectors<Parts> && ...);

template <class Set>
inline constexpr bool is_known_set = is_one_of<Set, pair_set::all, pair_set::positives, pair_set::negatives>;

template <class Term>
inline constexpr bool served_term = false;
template <class Set, class Same, class E, bool Mean>
inline constexpr bool served_term<detail::log_sum_exp_term<selection<Set, Same, E>, Mean>> =
    is_known_set<Set> && on_vectors<decltype(E::tree)>;
template <class Set, class Same, class E, bool Mean>
inline constexpr bool served_term<detail::sum_term<selection<Set, Same, E>, Mean>> = is_known_set<Set> &&
                                                                                     on_vectors<decltype(E::tree)>;
template <class Set, class Same, class E, class W>
inline constexpr bool served_term<detail::weighted_mean_term<selection<Set, Same, E>, W>> =
    is_known_set<Set> && on_vectors<decltype(E::tree)> && on_vectors<decltype(W::tree)>;

template <class Anchor>
inline constexpr bool served_anchor = false;
template <class... T>
inline constexpr bool served_anchor<anchor_loss<T...>> = (served_term<T> && ...);

/// What a term is, whatever it is a term of.
template <class Term>
struct kind_of_term;
template <class Of, bool Mean>
struct kind_of_term<detail::log_sum_exp_term<Of, Mean>> {
  static constexpr bool exponential = true, mean = Mean, weighted = false;
};
template <class Of, bool Mean>
struct kind_of_term<detail::sum_term<Of, Mean>> {
  static constexpr bool exponential = false, mean = Mean, weighted = false;
};
template <class Of, class W>
struct kind_of_term<detail::weighted_mean_term<Of, W>> {    // `at` holds its Σ w
  static constexpr bool exponential = false, mean = true, weighted = true;
};
template <class Similarity>
inline constexpr bool is_known_similarity = is_one_of<Similarity, similarity::scaled_dot_product, similarity::cauchy>;
template <class Tree>
inline constexpr bool is_similarity = requires { typename Tree::is_leaf; };    // e = s

/// One instruction set's passes over a tile. `bounded`: exponents of e = s are relative to t.bound, and not to maxima.
struct pair_passes {
  void (*collect)(const pair_tile_work& t, bool bounded);
  void (*weigh)(const pair_tile_work& t, bool bounded);    // also counts ties and hits
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/steps/pairs/terms.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class Anchor, class Similarity>
pair_passes pair_passes_for(isa set) {
  return in_code_of(set, [](auto here) { return pair_passes_of<Anchor, Similarity>(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

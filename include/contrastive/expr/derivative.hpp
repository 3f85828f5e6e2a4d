// SPDX-License-Identifier: MIT
#pragma once
// The derivative of an expression with respect to its only operand, made from the tree.
#include <contrastive/expr/functions.hpp>

namespace contrastive {

namespace slope {

// ---- sums and products that drop zeros and ones, by type ------------------------------------------------------------

template <class T, int V>
inline constexpr bool is = std::is_same_v<std::remove_cvref_t<T>, detail::integer<V>>;

template <class Op, class... T>
constexpr auto tree(T... parts) {
  return detail::apply<Op, T...>{{{parts}...}};
}
constexpr auto sum(auto a, auto b) {
  if constexpr (is<decltype(a), 0>) return b;
  else if constexpr (is<decltype(b), 0>) return a;
  else return tree<function::add>(a, b);
}
constexpr auto difference(auto a, auto b) {
  if constexpr (is<decltype(b), 0>) return a;
  else return tree<function::subtract>(a, b);
}
constexpr auto only_where(auto a, auto b, auto e) {    // e where a > b
  if constexpr (is<decltype(e), 0>) return e;
  else return tree<function::where_greater>(a, b, e);
}
template <class A, class B>
constexpr auto product(A a, B b) {
  if constexpr (is<A, 0> || is<B, 1>) return a;
  else if constexpr (is<B, 0> || is<A, 1>) return b;
  else return tree<function::multiply>(a, b);
}
template <class A, class B, class E, class F>
constexpr auto product(detail::apply<function::where_greater, A, B, E> mask, F f) {    // a mask takes its factor in
  return only_where(part<0>(mask.parts), part<1>(mask.parts), product(part<2>(mask.parts), f));
}
constexpr auto quotient(auto a, auto b) {
  if constexpr (is<decltype(a), 0>) return a;
  else return tree<function::divide>(a, b);
}

constexpr auto bell(auto a) {    // 2/√π · exp(−a²), the slope of erf
  const auto minus_square = tree<function::multiply>(detail::integer<-1>{}, tree<function::multiply>(a, a));
  return tree<function::multiply>(detail::number{1.1283791670955126}, tree<function::exp>(minus_square));
}

// σ(a)·σ(−a): σ·(1 − σ) would round to 0 from a = 17 on, in float
constexpr auto hill(auto a, auto sigmoid) {
  const auto minus_a = tree<function::multiply>(detail::integer<-1>{}, a);
  return tree<function::multiply>(sigmoid, tree<function::sigmoid>(minus_a));
}

// 1/cosh²(a) = 4·σ(2a)·σ(−2a), the slope of tanh: 1 − tanh² would lose all digits where tanh is near 1
constexpr auto steep_hill(auto a) {
  const auto twice = tree<function::multiply>(detail::integer<2>{}, a);
  return tree<function::multiply>(detail::integer<4>{}, hill(twice, tree<function::sigmoid>(twice)));
}

template <class Op>
inline constexpr bool has_rule = false;

// ---- the rules ------------------------------------------------------------------------------------------------------

template <class A>
constexpr detail::integer<1> of(const detail::leaf<A>&) {
  return {};
}
constexpr detail::integer<0> of(const detail::number&) { return {}; }
template <int V>
constexpr detail::integer<0> of(const detail::integer<V>&) {
  return {};
}
template <class Op, class... Parts>
constexpr auto of(const detail::apply<Op, Parts...>& e) {
  const auto& a = part<0>(e.parts);
  if constexpr (sizeof...(Parts) == 1) {
    const auto da = of(a);
    if constexpr (std::is_same_v<Op, function::exp>) return product(da, e);
    else if constexpr (std::is_same_v<Op, function::log>) return quotient(da, a);
    else if constexpr (std::is_same_v<Op, function::sqrt>)
      return quotient(da, tree<function::multiply>(detail::integer<2>{}, e));
    else if constexpr (std::is_same_v<Op, function::erf>) return product(da, bell(a));
    else if constexpr (std::is_same_v<Op, function::tanh>) return product(da, steep_hill(a));
    else if constexpr (std::is_same_v<Op, function::sin>) return product(da, tree<function::cos>(a));
    else if constexpr (std::is_same_v<Op, function::cos>)
      return product(da, tree<function::multiply>(detail::integer<-1>{}, tree<function::sin>(a)));
    else if constexpr (std::is_same_v<Op, function::sigmoid>) return product(da, hill(a, e));
    else if constexpr (std::is_same_v<Op, function::softplus>) return product(da, tree<function::sigmoid>(a));
    else if constexpr (std::is_same_v<Op, function::abs>)
      return difference(only_where(a, detail::integer<0>{}, da), only_where(detail::integer<0>{}, a, da));
    else {
      static_assert(has_rule<Op>, "this function has no derivative yet: add its rule in expr/derivative.hpp");
      return detail::integer<0>{};
    }
  } else if constexpr (sizeof...(Parts) == 2) {
    const auto& b = part<1>(e.parts);
    const auto da = of(a);
    const auto db = of(b);
    if constexpr (std::is_same_v<Op, function::add>) return sum(da, db);
    else if constexpr (std::is_same_v<Op, function::subtract>) return difference(da, db);
    else if constexpr (std::is_same_v<Op, function::multiply>) return sum(product(da, b), product(db, a));
    else if constexpr (std::is_same_v<Op, function::divide>) return quotient(difference(da, product(db, e)), b);
    else if constexpr (std::is_same_v<Op, function::maximum>) return sum(only_where(a, b, da), only_where(b, a, db));
    else if constexpr (std::is_same_v<Op, function::minimum>) return sum(only_where(b, a, da), only_where(a, b, db));
    else {
      static_assert(has_rule<Op>, "this function has no derivative yet: add its rule in expr/derivative.hpp");
      return detail::integer<0>{};
    }
  } else return only_where(a, part<1>(e.parts), of(part<2>(e.parts)));    // where_greater
}

}    // namespace slope

namespace detail {
/// d e / d x · factor, where x is the only operand of e: for an activation, its backward pass.
template <extents S, class T, Term F>
constexpr auto chain_rule(const expression<S, T>& e, const F& factor) {
  const auto f = expression_of(factor);
  const auto tree = slope::product(slope::of(e.tree), f.tree);
  return expression<S, std::remove_const_t<decltype(tree)>>{tree, detail::join_rows(e.rows, f.rows)};
}
}    // namespace detail

}    // namespace contrastive

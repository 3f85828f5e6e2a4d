// SPDX-License-Identifier: MIT
#pragma once
// Element expressions whose leaves are the operands: map(ctx, y, (x - mean) * rstd).
//
// An `expression` knows its extents by type, which is where operands that do not fit are refused. Below it hangs a tree
// of strided leaves that no longer knows any shape: what a backend compiles depends on the operation alone.
#include <contrastive/core/operand.hpp>
#include <contrastive/core/pack.hpp>

namespace contrastive {

// ---- the tree: what a backend sees ----------------------------------------------------------------------------------

namespace detail {
template <class A>
struct leaf {
  using is_leaf = void;
  strided<A> operand;
  template <class Real>
  CONTRASTIVE_FN Real value(index4 i) const {
    return Real(operand(i.n, i.h, i.w, i.c));
  }
};

/// Known to the type, so that derivatives simplify.
template <int Value>
struct integer {
  template <class Real>
  CONTRASTIVE_FN Real value(index4) const {
    return Real(Value);
  }
};

/// Kept in double; becomes the output's type where it is used.
struct number {
  double x;
  template <class Real>
  CONTRASTIVE_FN Real value(index4) const {
    return Real(x);
  }
};

/// A function applied to trees: Op::of(a...), and in OpenCL C Op::text with a $ for each part.
template <class Op, class... Parts>
struct apply {
  using operation = Op;
  pack<Parts...> parts;

  template <class Real>
  CONTRASTIVE_FN Real value(index4 i) const {
    return value<Real>(i, std::index_sequence_for<Parts...>{});
  }

 private:
  template <class Real, std::size_t... I>
  CONTRASTIVE_FN Real value(index4 i, std::index_sequence<I...>) const {
    return Op::of(part<I>(parts).template value<Real>(i)...);
  }
};

/// A copy of the tree with every leaf replaced by f(leaf), in order.
template <class T>
constexpr auto with_leaves(const T& tree, auto&& f) {
  if constexpr (requires { typename T::is_leaf; }) return f(tree);
  else if constexpr (requires { typename T::operation; })
    return [&]<class Op, class... P, std::size_t... I>(const apply<Op, P...>& t, std::index_sequence<I...>) {
      using result = apply<Op, decltype(with_leaves(part<I>(t.parts), f))...>;
      return result{{{with_leaves(part<I>(t.parts), f)}...}};
    }(tree, std::make_index_sequence<decltype(tree.parts)::count>{});
  else return tree;
}

/// f(leaf) for every leaf, in order.
template <class T>
constexpr void for_each_leaf(T& tree, auto&& f) {
  if constexpr (requires { typename T::is_leaf; }) f(tree);
  else if constexpr (requires { typename T::operation; })
    for_each_index<std::remove_cvref_t<decltype(tree.parts)>::count>(
        [&](auto i) { for_each_leaf(part<i>(tree.parts), f); });
}
}    // namespace detail

// ---- the expression: what a layer writes ----------------------------------------------------------------------------

namespace detail {
inline constexpr int any_rows = 1, unequal_rows = -1;
constexpr int join_rows(int a, int b) { return a == b || b == any_rows ? a : a == any_rows ? b : unequal_rows; }
}    // namespace detail

/// A tree with the extents that it covers. `rows` is 1 where it has no rows, −1 where its operands disagree.
template <extents Space, class Tree>
struct expression {
  using is_expression = void;
  static constexpr extents space = Space;
  Tree tree;
  int rows = detail::any_rows;
};

/// An expression, whatever its extents and its tree.
template <class T>
concept Expression = requires { typename std::remove_cvref_t<T>::is_expression; };
/// Whatever may stand in an expression: an expression, a tensor, a parameter or another operand, a number.
template <class T>
concept Term = Expression<T> || Operand<T> || std::is_arithmetic_v<std::remove_cvref_t<T>>;

/// The expression that a term is: an operand read where it lies, a number everywhere the same.
template <Term T>
constexpr auto expression_of(const T& t) {
  if constexpr (Expression<T>) return t;
  else if constexpr (std::is_arithmetic_v<T>) return expression<extents{}, detail::number>{{double(t)}};
  else {
    const auto v = operand_of(t);
    using V = decltype(v);
    return expression<V::space, detail::leaf<typename V::address>>{{v.below()},
                                                                   V::space.rows ? v.rows : detail::any_rows};
  }
}

namespace detail {
template <extents A, extents B>
struct operands_fit {
  static constexpr bool value = agree(A, B);
  static_assert(value,
                "these operands do not fit together: each extent (rows, height, width, channels) of one is that of "
                "the other, or one");
};

template <class Op, extents A, class T>
constexpr auto make(const expression<A, T>& a) {
  return expression<A, apply<Op, T>>{{{{a.tree}}}, a.rows};
}
template <class Op, extents A, class T, extents B, class U>
constexpr auto make(const expression<A, T>& a, const expression<B, U>& b) {
  [[maybe_unused]] constexpr bool asserted = operands_fit<A, B>::value;
  return expression<join(A, B), apply<Op, T, U>>{{{{a.tree}, {b.tree}}}, join_rows(a.rows, b.rows)};
}
template <class Op, extents A, class T, extents B, class U, extents C, class V>
constexpr auto make(const expression<A, T>& a, const expression<B, U>& b, const expression<C, V>& c) {
  [[maybe_unused]] constexpr bool asserted = operands_fit<A, B>::value && operands_fit<join(A, B), C>::value;
  return expression<join(join(A, B), C), apply<Op, T, U, V>>{{{{a.tree}, {b.tree}, {c.tree}}},
                                                             join_rows(join_rows(a.rows, b.rows), c.rows)};
}
}    // namespace detail

}    // namespace contrastive

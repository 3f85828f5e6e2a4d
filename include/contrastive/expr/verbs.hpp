// SPDX-License-Identifier: MIT
#pragma once
// The verbs as layers say them. Types are checked here; below this line a backend sees addresses, strides and counts.
#include <contrastive/core/context.hpp>
#include <contrastive/core/error.hpp>
#include <contrastive/core/overrides.hpp>
#include <contrastive/core/tensor.hpp>
#include <contrastive/expr/functions.hpp>

#include <array>
#include <string>

namespace contrastive {

/// What reduce makes of many numbers.
enum class fold { sum, max };

namespace detail {
template <extents Expression, extents Output>
struct expression_fits_output {
  static constexpr bool value = fits(Expression, Output);
  static_assert(value,
                "map writes one value for each place of its output: every extent (rows, height, width, channels) of "
                "the expression is that of the output, or one");
};
template <extents Output, extents Expression>
struct output_fits_expression {
  static constexpr bool value = fits(Output, Expression);
  static_assert(value,
                "reduce sums over the axes that its output lacks: every extent (rows, height, width, channels) of the "
                "output is that of the expression, or one");
};

inline void require_rows(int found, int expected) {
  if (found != any_rows && found != expected)
    throw argument_error(
        "the operands of an expression have " +
        (found == unequal_rows ? std::string("different numbers of rows") : std::to_string(found) + " rows") +
        ", but its output has " + std::to_string(expected));
}
template <class A>
void require_matrices(const matrix_operand<A>& c, const matrix_operand<A>& a, const matrix_operand<A>& b) {
  const auto rows = [](const matrix_operand<A>& m) { return m.transposed ? m.columns : m.rows; };
  const auto columns = [](const matrix_operand<A>& m) { return m.transposed ? m.rows : m.columns; };
  if (c.rows != rows(a) || c.columns != columns(b) || columns(a) != rows(b) || c.transposed)
    throw argument_error("gemm cannot multiply " + std::to_string(rows(a)) + "×" + std::to_string(columns(a)) + " by " +
                         std::to_string(rows(b)) + "×" + std::to_string(columns(b)) + " into " +
                         std::to_string(c.rows) + "×" + std::to_string(c.columns));
}
}    // namespace detail

/// out(n, h, w, c) = e(n, h, w, c), where an extent of one is read at zero.
template <class Out, Term T>
void map(auto& ctx, const Out& out, const T& term) {
  if constexpr (wanted<Out>) {
    const auto e = expression_of(term);
    const auto y = operand_of(out);
    if constexpr (detail::expression_fits_output<decltype(e)::space, decltype(y)::space>::value) {
      detail::require_rows(e.rows, y.rows);
      ctx.device.map(y.grid(), y.below(), e.tree);
    }
  }
}

/// out = the sum (or maximum) of e over every axis that out does not have. Sums are added in a fixed order.
template <fold F, class Out, Term T>
void reduce(auto& ctx, const Out& out, const T& term) {
  if constexpr (wanted<Out>) {
    const auto e = expression_of(term);
    const auto y = operand_of(out);
    constexpr extents from = decltype(e)::space, to = decltype(y)::space;
    if constexpr (detail::output_fits_expression<to, from>::value) {
      if constexpr (to.rows) detail::require_rows(e.rows, y.rows);
      else detail::require_rows(e.rows, e.rows == detail::unequal_rows ? 0 : e.rows);
      const index4 folded{to.rows ? 1 : e.rows, to.height > 1 ? 1 : from.height, to.width > 1 ? 1 : from.width,
                          to.channels > 1 ? 1 : from.channels};
      ctx.device.template reduce<F>(y.grid(), folded, y.below(), e.tree);
    }
  }
}

/// Runs a portable body once for every place of the grid, with its constants in the order of their declaration:
///
///     launch<flip_width>(ctx, grid, {width}, y, x, flip);
template <class Kernel, std::size_t N, class Out>
void launch(auto& ctx, index4 grid, const int (&constants)[N], const Out& out, const auto&... in) {
  if constexpr (wanted<Out>)
    ctx.device.template launch<Kernel>(grid, std::to_array(constants), operand_of(out).below(),
                                       operand_of(in).below()...);
}
/// The same of a body without constants.
template <class Kernel, class Out>
void launch(auto& ctx, index4 grid, const Out& out, const auto&... in) {
  if constexpr (wanted<Out>)
    ctx.device.template launch<Kernel>(grid, std::array<int, 0>{}, operand_of(out).below(), operand_of(in).below()...);
}

/// c = alpha · a · b + beta · c
template <class A>
void gemm(auto& ctx, matrix_operand<A> c, matrix_operand<A> a, matrix_operand<A> b, double alpha = 1, double beta = 0) {
  detail::require_matrices(c, a, b);
  using context = std::remove_cvref_t<decltype(ctx)>;
  using backend = typename context::backend;
  using own = detail::answer_of<backend, typename context::phase, asked::product<typename backend::element>>;
  if constexpr (std::is_void_v<own>) ctx.device.gemm(c, a, b, alpha, beta);
  else own::run(ctx.device, c, a, b, alpha, beta);
}

/// A product that nobody wants is not made.
void gemm(auto&, no_gradient, const auto&, const auto&, double = 1, double = 0) {}

}    // namespace contrastive

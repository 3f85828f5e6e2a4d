// SPDX-License-Identifier: MIT
#pragma once
// What a loss of rows beside other rows must say of itself: its numbers by name, its memory, one evaluation.
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/core/probe.hpp>
#include <contrastive/loss/loss_concepts.hpp>

#include <string_view>

namespace contrastive {

namespace detail {
/// figure[k] of numbers that lie side by side: an operand of one element.
template <Address A>
struct number_cells {
  A data{};
  constexpr auto operator[](int k) const { return operand<A, false, 1, 1, 1>{data + std::size_t(k), 1}; }
};
/// Those from a place on.
template <class Figures>
struct figures_from {
  const Figures& all;
  int first;
  auto operator[](int k) const { return all[first + k]; }
};

/// `figure_names`: what its numbers are; the first is its value.
template <class L>
concept NamesFigures = requires {
  { L::figure_names.size() } -> std::convertible_to<std::size_t>;
  { L::figure_names[0] } -> std::convertible_to<std::string_view>;
};

using probed_rows = tensor<probed_device, features<4>>;
using probed_queue = operand<float*, true, 1, 1, 4>;

/// Each row beside a target of its own: `evaluate(ctx, config, memory, figure, q, t, dq)` with `memory<B, D>`.
template <class L>
concept JudgesBesideTargets =
    ConfiguredLoss<L> && requires(context<probed_device, training>& ctx, const typename L::config& c,
                                  typename L::template memory<probed_device, 4>& m, place<probed_device> where,
                                  const number_cells<float*>& figure, const probed_rows& rows, probed_rows& gradient) {
      put(where, m);
      { L::evaluate(ctx, c, m, figure, rows, rows, gradient) } -> std::same_as<void>;
    };

/// And a queue of others: `evaluate(ctx, config, memory, figure, q, t, queue, dq)` with `memory<B, D, Queue>`.
template <class L>
concept JudgesBesideQueue = ConfiguredLoss<L> &&
                            requires(context<probed_device, training>& ctx, const typename L::config& c,
                                     typename L::template memory<probed_device, 4, 6>& m, place<probed_device> where,
                                     const number_cells<float*>& figure, const probed_rows& rows,
                                     const probed_queue& queue, probed_rows& gradient) {
                              put(where, m);
                              { L::evaluate(ctx, c, m, figure, rows, rows, queue, gradient) } -> std::same_as<void>;
                            };

inline void require_pairs(int rows, int targets) {
  if (rows != targets)
    throw argument_error("each row stands beside a target of its own, but there are " + std::to_string(rows) +
                         " rows and " + std::to_string(targets) + " targets");
}
}    // namespace detail

/// A loss of rows q (n, d) beside targets t (n, d), and maybe a queue of others (Queue, d): the loss of a method with a
/// key encoder, a teacher, neighbors. Nothing goes back through targets and queue.
///
///     struct distance {    // ½|q − t|², the mean over rows
///       struct config {
///         double weight = 1;
///         static constexpr void members(auto&& f, auto&... c) { f("weight", c.weight...); }
///       };
///       static constexpr std::array figure_names{"loss"};    // what figure[0], figure[1], … get
///       template <class B, int D>                            // with a queue: <class B, int D, int Queue>
///       using memory = nothing;
///       static void evaluate(auto& ctx, const config& c, auto& m, const auto& figure, const auto& q, const auto& t,
///                            const auto& dq) {
///         const double share = c.weight / q.rows;
///         reduce<fold::sum>(ctx, figure[0], square(q - t) * (0.5 * share));
///         map(ctx, dq, (q - t) * share);
///       }
///     };
///
/// Its laws: testing/target_loss_laws.hpp.
template <class L>
concept TargetLoss = detail::NamesFigures<L> && (detail::JudgesBesideTargets<L> || detail::JudgesBesideQueue<L>);

}    // namespace contrastive

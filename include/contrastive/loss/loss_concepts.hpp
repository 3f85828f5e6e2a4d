// SPDX-License-Identifier: MIT
#pragma once
// What a loss must say of itself: a pair loss is one expression; any other loss has memory and bodies of its own.
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/core/probe.hpp>
#include <contrastive/loss/arguments.hpp>
#include <contrastive/loss/pairs.hpp>
#include <contrastive/loss/report.hpp>
#include <contrastive/net/sequential.hpp>

#include <concepts>

namespace contrastive {

namespace detail {
/// The numbers that a person tunes, with their names for checkpoints: `members(f, c...)` calls f("temperature", …).
template <class L>
concept ConfiguredLoss = std::default_initializable<typename L::config> &&
                         requires(const typename L::config& c) { L::config::members(detail::any_member{}, c); };

/// Whether it compares labels (true) or the views of one sample (false).
template <class L>
concept SaysItsLabels = requires {
  { L::needs_labels } -> std::convertible_to<bool>;
};

/// Its config has a temperature.
template <class L>
concept HasTemperature = ConfiguredLoss<L> && requires(const typename L::config& c) {
  { c.temperature } -> std::convertible_to<double>;
};

/// It compares rows by their distance, which has no temperature.
template <class L>
concept ComparesByDistance = ConfiguredLoss<L> && similarity_of<L>::of_distance;

/// The pairs of the rows of a tile, whose similarities are at addresses A and whose numbers and ids are at addresses I.
template <class A, class I, int Width>
struct pair_tile {
  operand<A, true, 1, 1, Width> similarity;                // (n, t)
  operand<I, true, 1, 1, 1> row, id;                       // (n)
  operand<I, false, 1, 1, Width> anchor_row, anchor_id;    // (t)

  constexpr auto pairs() const {
    const sameness same{equal(row, anchor_row), equal(id, anchor_id)};
    return anchor_pairs{expression_of(similarity), same};
  }
};
using example_pairs = decltype(pair_tile<float*, int*, 8>{}.pairs());

template <class L, class Pairs, class Config>
constexpr auto anchor_of(const Pairs& pairs, const Config& config) {
  if constexpr (requires { L::anchor(pairs, config); }) return L::anchor(pairs, config);
  else return L::anchor(pairs);
}

/// The loss of one anchor, written with the terms of loss/pairs.hpp: `anchor(pairs)` or `anchor(pairs, config)`.
template <class L>
concept HasAnchor = ConfiguredLoss<L> && (
  requires(const detail::example_pairs& p) {
    requires detail::is_anchor_loss<std::remove_cvref_t<decltype(L::anchor(p))>>;
  } ||
  requires(const detail::example_pairs& p, const typename L::config& c) {
    requires detail::is_anchor_loss<std::remove_cvref_t<decltype(L::anchor(p, c))>>;
  });
}    // namespace detail

/// A loss of pairs of unit vectors. The engine of loss/pairwise.hpp gives it its value, its gradient and its report.
///
///     struct decoupled {    // Yeh et al. 2022: only negatives repel
///       struct config {
///         double temperature = 0.5;
///         static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
///       };
///       static constexpr bool needs_labels = false;
///       static constexpr auto anchor(const auto& pairs) {
///         return log_sum_exp(pairs.negatives) - mean(pairs.positives);
///       }
///     };
///
/// `anchor` may take the config as a second argument. A config may also have `base_temperature`, `scale_by_temperature`
/// and `average_over` (see loss/sup_con.hpp); the engine heeds them. With `using similarity = similarity::cauchy;` rows
/// of any length are compared by their distance, without a temperature (see loss/t_simcne.hpp).
template <class L>
concept PairLoss = (detail::HasTemperature<L> || detail::ComparesByDistance<L>) && detail::SaysItsLabels<L> &&
                   detail::HasAnchor<L>;

namespace detail {
/// The layers that a loss wants between the network and itself: `sequential<>` for none.
template <class L>
concept SaysItsLayers = requires { typename L::prepare; } && detail::is_sequential<typename L::prepare>;

/// Memory on a backend B for rows of D numbers is `memory<B, D>`, laid out for `capacity(rows)` rows.
template <class L>
concept PlansLossMemory = requires(typename L::template memory<detail::probed_device, 4> m,
                                   place<detail::probed_device> where, int rows) {
  put(where, m);
  { L::capacity(rows) } -> std::convertible_to<int>;
};

/// `static void evaluate(auto& ctx, const config&, auto& memory, const auto& z, const auto& labels, int views,
/// auto& dz)`
/// computes the value, keeps it in the memory, and writes dz unless it is no_gradient.
template <class L>
concept EvaluatesLoss = ConfiguredLoss<L> && PlansLossMemory<L> &&
                        requires(context<detail::probed_device, training>& ctx, const typename L::config& c,
                                 typename L::template memory<detail::probed_device, 4>& m,
                                 const tensor<detail::probed_device, features<4>>& z,
                                 const tensor<detail::probed_device, features<1>, std::int32_t>& labels,
                                 tensor<detail::probed_device, features<4>>& dz, no_gradient& none) {
                          { L::evaluate(ctx, c, m, z, labels, 1, dz) } -> std::same_as<void>;
                          { L::evaluate(ctx, c, m, z, labels, 1, none) } -> std::same_as<void>;
                        };

/// `static loss_report read(auto& device, const config&, auto& memory, int rows)` says what the last evaluation found.
template <class L>
concept ReportsLoss = ConfiguredLoss<L> && PlansLossMemory<L> &&
                      requires(detail::probed_device& device, const typename L::config& c,
                               typename L::template memory<detail::probed_device, 4>& m) {
                        { L::read(device, c, m, 1) } -> std::same_as<loss_report>;
                      };
}    // namespace detail

/// A loss that is not made of pairs brings bodies of its own, as cross_entropy does. It may have `views_needed`, the
/// one number of views for which it is made.
template <class L>
concept OwnLoss = detail::SaysItsLabels<L> && detail::SaysItsLayers<L> && detail::EvaluatesLoss<L> &&
                  detail::ReportsLoss<L>;

/// Whatever a pipeline can learn by: a loss of pairs, or one with bodies of its own.
template <class L>
concept Loss = PairLoss<L> || OwnLoss<L>;

/// A loss or method whose outputs are a number for each class, as cross_entropy's are.
template <class L>
concept LearnsClasses = requires { typename L::learns_classes; };

}    // namespace contrastive

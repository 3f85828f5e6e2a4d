// SPDX-License-Identifier: MIT
#pragma once
// What an optimizer is: numbers by name, memory laid out by the parameters, one update in the verbs.
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/core/probe.hpp>
#include <contrastive/net/layer.hpp>

#include <cstdint>

namespace contrastive {

namespace detail {
/// The smallest network that has something to learn: what an optimizer is tried on.
struct one_weight {
  template <class In>
  using output = In;
  template <class B, class In>
  struct params {
    parameter<B, per_channel<1>, role::weight> weight;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...); }
  };
};
using one_weight_params = one_weight::params<detail::probed_device, features<1>>;

/// `O::config` is an aggregate with defaults whose members are named for checkpoints.
template <class O>
concept ConfiguredOptimizer = std::default_initializable<typename O::config> &&
                              requires(const typename O::config& c) { O::config::members(detail::any_member{}, c); };

/// `learning_rate` is what a schedule starts from.
template <class O>
concept HasLearningRate = requires(const typename O::config& c) {
  { c.learning_rate } -> std::convertible_to<double>;
};

/// `O::state<Params>` is memory that the device can lay out (for plain SGD: `nothing`). It starts as zeros.
template <class O>
concept HasOptimizerState = requires { typename O::template state<detail::one_weight_params>; } &&
                            Placeable<typename O::template state<detail::one_weight_params>, detail::probed_device>;

/// `O::update<Net>(ctx, config, rate, step, params, grads, state)` changes the parameters in place.
template <class O>
concept UpdatesWeights = requires(context<detail::probed_device, training>& ctx, const typename O::config& c,
                                  double rate, std::int64_t step, detail::one_weight_params& params,
                                  const detail::one_weight_params& grads,
                                  typename O::template state<detail::one_weight_params>& state) {
  O::template update<detail::one_weight>(ctx, c, rate, step, params, grads, state);
};
}    // namespace detail

/// An optimizer sees roles, weights, gradients and its own state, never a type of layer.
template <class O>
concept Optimizer = detail::ConfiguredOptimizer<O> && detail::HasLearningRate<O> && detail::HasOptimizerState<O> &&
                    detail::UpdatesWeights<O>;

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// What a method of training is: parts that live on a device, and a step that moves them.
//
//     struct my_method {
//       struct config { …; members };                       // what a person tunes: settings.method
//       template <class S>                                  // S: the pipeline's types (method/setup.hpp)
//       struct on : ct::parts<S> {
//         ct::learner<S> online{*this};                     // the pipeline's encoder and head
//         ct::twin<S> target{*this, "target", online};
//         ct::loss_report step(auto& m);                    // forward, loss, backward, update (m: method/setup.hpp)
//       };
//     };
//
// A method may also have: `needs_labels`; `needs_samples`, for m.samples beside m.views; `views_needed`, a number of
// views; `takes_local_views = true`, where m.local_views are seen too (method/all_views.hpp); `compares_directions =
// false`, where outputs that all point one way are no collapse; `network<Encoder, Head>`, what learner<S> holds;
// `fits<S>()`, true or a refusal in a sentence of its own (core/refuse.hpp). One that makes images says of what part:
// `images_of_codes()` (methods/generate.hpp).
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/method/all_views.hpp>
#include <contrastive/method/by_loss.hpp>
#include <contrastive/method/figures.hpp>
#include <contrastive/method/state.hpp>
#include <contrastive/method/twin.hpp>

#include <concepts>

namespace contrastive {

namespace detail {
/// The numbers that a person tunes, with their names for checkpoints.
template <class M>
concept ConfiguredMethod = std::default_initializable<typename M::config> &&
                           requires(const typename M::config& c) { M::config::members(detail::any_member{}, c); };

/// Its parts and step for a pipeline's types S are `on<S>`.
template <class M>
concept HasParts = requires { typename M::template on<void>; };
}    // namespace detail

/// Whatever a pipeline can learn by: settings, and parts on a device.
template <class M>
concept Method = detail::ConfiguredMethod<M> && detail::HasParts<M>;

namespace detail {
template <class X>
auto method_by() {
  if constexpr (Loss<X>) return std::type_identity<by_loss<X>>{};
  else return std::type_identity<X>{};
}

/// What a pipeline's sixth argument stands for: a method, or that of a loss alone.
template <class X>
using method_of = typename decltype(detail::method_by<X>())::type;
}    // namespace detail

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// What a type must have to stand in `views<…>`.
#include <contrastive/augment/augmentation.hpp>
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/core/probe.hpp>

namespace contrastive {

namespace detail {
template <class A, class B, class In>
using slot_for =
    augmentation_slot<config_of<A>, drawn_numbers<B, numbers_drawn<A>()>, constants_of<A, B, In>, scratch_of<A, B, In>>;

/// It holds no data: what a person tunes is in its `config`, what changes is in the arguments of its bodies.
template <class A>
concept Stateless = std::is_empty_v<A> && std::default_initializable<A>;

/// Its configuration, if it has one, is made of defaults and names its numbers, which checkpoints remember.
template <class A>
concept ConfiguredAugmentation = std::default_initializable<config_of<A>> && requires(const config_of<A>& config) {
  config_of<A>::members(detail::any_member{}, config);
};

/// If it has a `draw`, that takes (const config&, random_stream&, image_size) and returns std::array<float, N>.
template <class A>
concept DrawsFloats = Draws<A> || !requires { &A::draw; };

/// `output<In>` is an image again.
template <class A, class In>
concept MakesImages = Takes<A, In> && Shape<typename A::template output<In>>;

/// `apply(ctx, own, x, y)` makes a batch's pixels, with own.config, own.drawn, own.constants and own.scratch.
template <class A, class In>
concept Applies = requires(
    context<detail::probed_device, training>& ctx, const detail::slot_for<A, detail::probed_device, In>& own,
    const tensor<detail::probed_device, In>& x, tensor<detail::probed_device, typename A::template output<In>>& y) {
  { A::apply(ctx, own, x, y) } -> std::same_as<void>;
};
}    // namespace detail

/// An augmentation of images of shape In: its class says the rest (`augment/augmentation.hpp`).
template <class A, class In = image<8, 8, 3>>
concept Augmentation = detail::Stateless<A> && detail::ConfiguredAugmentation<A> && detail::DrawsFloats<A> &&
                       detail::MakesImages<A, In> && detail::Applies<A, In>;

namespace detail {
/// Says what an evaluated image gets: a deterministic augmentation is part of every image, one that draws is left out
/// or has a body of its own, `evaluate(ctx, own, x, y)`.
template <class A>
concept Evaluates = requires(context<detail::probed_device, inference>& ctx, const nothing& own, nothing& any) {
  A::evaluate(ctx, own, any, any);
};
}    // namespace detail

}    // namespace contrastive

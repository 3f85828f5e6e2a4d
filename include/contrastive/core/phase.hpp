// SPDX-License-Identifier: MIT
#pragma once
// Phases: what a pass through a network is for, as facts. A body asks for the fact that it needs and never for a phase.
#include <contrastive/core/compiler.hpp>

#include <concepts>
#include <type_traits>

namespace contrastive {

/// A network learns: it normalizes by its batch, moves its running statistics, draws noise, and keeps a tape to go back
/// on.
struct training {
  static constexpr bool batch_statistics = true, moves_statistics = true, draws_noise = true, keeps_tape = true;
};
/// A network is used.
struct inference {
  static constexpr bool batch_statistics = false, moves_statistics = false, draws_noise = false, keeps_tape = false;
};
/// What inference makes, with a tape: gradients go through running statistics. For batch-norms that stay still in
/// fine-tuning, for images that excite a unit, for a discriminator that only hands a gradient on.
struct fixed {
  static constexpr bool batch_statistics = false, moves_statistics = false, draws_noise = false, keeps_tape = true;
};
/// What training makes, without a tape: for a network that follows another and that nobody differentiates (a momentum
/// encoder).
struct following {
  static constexpr bool batch_statistics = true, moves_statistics = true, draws_noise = true, keeps_tape = false;
};

/// A phase states four facts; your own may combine them as no phase above does.
template <class P>
concept Phase = requires {
  requires std::same_as<const bool, decltype(P::batch_statistics)>;
  requires std::same_as<const bool, decltype(P::moves_statistics)>;
  requires std::same_as<const bool, decltype(P::draws_noise)>;
  requires std::same_as<const bool, decltype(P::keeps_tape)>;
};

/// The phase of a context.
template <class Context>
using phase_of = typename std::remove_cvref_t<Context>::phase;

/// Normalizations use the statistics of this batch, else the running ones.
template <class Context>
inline constexpr bool batch_statistics = phase_of<Context>::batch_statistics;
/// Running statistics move toward those of this batch.
template <class Context>
inline constexpr bool moves_statistics = phase_of<Context>::moves_statistics;
/// Layers that draw random numbers do so, else they hand on what they would on average.
template <class Context>
inline constexpr bool draws_noise = phase_of<Context>::draws_noise;
/// A backward pass follows.
template <class Context>
inline constexpr bool keeps_tape = phase_of<Context>::keeps_tape;

namespace detail {
template <class P>
struct all_or_nothing {
  static constexpr bool value = P::batch_statistics;
  static_assert(value == P::moves_statistics && value == P::draws_noise && value == P::keeps_tape,
                "trains<> has no answer in this phase: ask batch_statistics<>, moves_statistics<>, draws_noise<> or "
                "keeps_tape<> for what the body needs");
};
}    // namespace detail

/// All four facts at once, where they agree (training, inference); refused where they do not.
template <class Context>
inline constexpr bool trains = detail::all_or_nothing<phase_of<Context>>::value;

}    // namespace contrastive

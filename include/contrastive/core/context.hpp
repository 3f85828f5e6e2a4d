// SPDX-License-Identifier: MIT
#pragma once
// What every call gets first: the device, the phase as a type, the random key of this step, the memory it may use.
#include <contrastive/core/philox.hpp>
#include <contrastive/core/place.hpp>

#include <type_traits>

namespace contrastive {

struct training {};
struct inference {};

template <class Backend, class Phase>
struct context {
  using backend = Backend;
  using phase = Phase;
  Backend& device;
  random_key key{};
  place<Backend> workspace{};

  /// The same context with other memory: for a program inside a step.
  context with(place<Backend> other) const { return {device, key, other}; }
};

template <class Context>
inline constexpr bool trains = std::is_same_v<typename std::remove_cvref_t<Context>::phase, training>;

}    // namespace contrastive

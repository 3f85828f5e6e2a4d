// SPDX-License-Identifier: MIT
#pragma once
// What every call gets first: the device, the phase as a type, the random key of this step, the memory it may use, and
// who watches.
#include <contrastive/core/phase.hpp>
#include <contrastive/core/philox.hpp>
#include <contrastive/core/place.hpp>

#include <type_traits>

namespace contrastive {

/// Which way a step of a program is going.
enum class direction { forward, backward };

namespace detail {
/// Nobody looks at the steps of a program. Who does (train/step_watch.hpp) returns something that lives as long as the
/// step.
struct unwatched {
  struct unseen {};
  template <class Seq, class Link>
  static unseen step(auto& /*ctx*/, direction, const void* /*output*/, bool /*input_wanted*/) {
    return {};
  }
  static unseen section(auto& /*device*/, const char* /*name*/) { return {}; }
  /// The same, looking at the network Net of the part of that name.
  template <class Net>
  static unwatched of(const auto& /*name*/) {
    return {};
  }
};
}    // namespace detail

/// The device, the phase as a type, this step's random key, the memory it may use, and who watches: a body's first
/// argument.
template <class Backend, Phase Now, class Watch = detail::unwatched>
struct context {
  using backend = Backend;
  using phase = Now;
  Backend& device;
  random_key key{};
  place<Backend> workspace{};
  CONTRASTIVE_NO_ADDRESS Watch watch{};

  /// The same context with other memory: for a program inside a step.
  context with(place<Backend> other) const { return {device, key, other, watch}; }
  /// The same context for the layer of that number, counted through everything that a network nests: where its random
  /// numbers are found. A program says it for each of its layers, whoever nests two programs for the second.
  context at(std::uint32_t number) const { return {device, {key.seed, key.epoch, number, key.row}, workspace, watch}; }
};

}    // namespace contrastive

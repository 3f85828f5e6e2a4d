// SPDX-License-Identifier: MIT
#pragma once
// A device to ask concepts with: it has a device's types and nothing of it ever runs.
#include <contrastive/core/pack.hpp>

#include <cstddef>

namespace contrastive::detail {

/// What a concept hands to the bodies that it asks for. The rooms below the backends name no backend.
struct probed_device {
  using element = float;
  template <class E>
  using address = E*;
  template <class Phase>
  using overrides = type_list<>;
  template <class E>
  static constexpr E* address_as(std::byte*) {
    return nullptr;
  }
};

}    // namespace contrastive::detail

// SPDX-License-Identifier: MIT
#pragma once
// How a check at compile time says no: by the sentence of one static_assert, and by nothing else.
#include <contrastive/core/compiler.hpp>

namespace contrastive::detail {

/// Shows the sentence inside Reason. What follows from it stays a constant, so one mistake is one error.
template <class Reason>
constexpr bool refuse() {
  [[maybe_unused]] constexpr bool said = requires { sizeof(Reason); };
  return false;
}

}    // namespace contrastive::detail

// SPDX-License-Identifier: MIT
#pragma once
// Equality of floating-point numbers where it is meant: of what was stored, not of what was computed.
#include <contrastive/core/macros.hpp>

namespace contrastive::detail {

/// x == y, false of NaN. Compilers are asked by -Wfloat-equal to warn of the operator, which may be a mistake.
template <class X>
CONTRASTIVE_FN constexpr bool is_exactly(X x, X y) {
  return x <= y && x >= y;
}

}    // namespace contrastive::detail

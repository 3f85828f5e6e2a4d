// SPDX-License-Identifier: MIT
#pragma once
// What libFuzzer calls: a target, for which a ct::error is an answer like others.
#include "input.hpp"

namespace fuzz {

/// Every other exception ends the program.
inline int run(void (*target)(bytes), bytes input) {
  try {
    target(input);
  } catch (const contrastive::error&) {}
  return 0;
}

}    // namespace fuzz

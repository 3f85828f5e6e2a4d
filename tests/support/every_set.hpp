// SPDX-License-Identifier: MIT
#pragma once
// Checks for every instruction set that this machine can run.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include "support/catch.hpp"

template <class Check>
void for_every_set(const Check& check) {
  using namespace contrastive::on_cpu;
  for (const isa set : {isa::portable, isa::avx2, isa::avx512}) {
    if (set > best_isa()) continue;
    INFO(name_of(set));
    check(set);
  }
}

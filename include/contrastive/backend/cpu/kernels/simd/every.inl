// SPDX-License-Identifier: MIT
// All of the vector operations of one instruction set. No #pragma once: isa.hpp reads it once for each set.
#include <contrastive/backend/cpu/kernels/simd/operations.inl>

#include <contrastive/backend/cpu/kernels/simd/functions.inl>

// SPDX-License-Identifier: MIT
#pragma once
// The instruction set of this translation unit, which names an inline namespace of everything that depends on it.
//
// Units built with other flags then never share a symbol, and each runs its own code:
//
//     namespace contrastive::inline CONTRASTIVE_TARGET { struct cpu; }          // the device
//     namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu { … }            // what serves it

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__FMA__)
#define CONTRASTIVE_TARGET avx512
#define CONTRASTIVE_SIMD_LANES 16    // floats of a register; from 8 on there is a fused multiply-add
#elif defined(__AVX2__) && defined(__FMA__)
#define CONTRASTIVE_TARGET avx2
#define CONTRASTIVE_SIMD_LANES 8
#else
#define CONTRASTIVE_TARGET generic
#define CONTRASTIVE_SIMD_LANES 4
#endif

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {}

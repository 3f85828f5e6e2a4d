// SPDX-License-Identifier: MIT
#pragma once
// The instruction set of this translation unit, which names an inline namespace of everything that depends on it.
//
// Units built with other flags then never share a symbol, and each runs its own code:
//
//     namespace contrastive::inline CONTRASTIVE_TARGET { struct cpu; }          // the device
//     namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu { … }            // what serves it
//
// Kernels are compiled for every instruction set that this kind of machine may have (CONTRASTIVE_HAS_…), and chosen at
// run time. With CONTRASTIVE_NATIVE, which the CMake target contrastive::native defines, just for the unit's own: that
// compiles faster, and runs on machines of that set only.
#include <contrastive/core/compiler.hpp>

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__FMA__)
#define CONTRASTIVE_SIMD_LANES 16    // floats of a register; from 8 on there is a fused multiply-add
#elif defined(__AVX2__) && defined(__FMA__)
#define CONTRASTIVE_SIMD_LANES 8
#else
#define CONTRASTIVE_SIMD_LANES 4
#endif

#if !defined(CONTRASTIVE_NATIVE)
#define CONTRASTIVE_HAS_PORTABLE 1
#if defined(__x86_64__)
#define CONTRASTIVE_HAS_AVX2 1
#define CONTRASTIVE_HAS_AVX512 1
#endif
#if CONTRASTIVE_SIMD_LANES == 16
#define CONTRASTIVE_TARGET avx512
#elif CONTRASTIVE_SIMD_LANES == 8
#define CONTRASTIVE_TARGET avx2
#else
#define CONTRASTIVE_TARGET generic
#endif
#elif CONTRASTIVE_SIMD_LANES == 16
#define CONTRASTIVE_HAS_AVX512 1
#define CONTRASTIVE_TARGET avx512_only
#elif CONTRASTIVE_SIMD_LANES == 8
#define CONTRASTIVE_HAS_AVX2 1
#define CONTRASTIVE_TARGET avx2_only
#else
#define CONTRASTIVE_HAS_PORTABLE 1
#define CONTRASTIVE_TARGET generic_only
#endif

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {}

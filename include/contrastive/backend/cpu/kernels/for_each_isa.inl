// SPDX-License-Identifier: MIT
// Reads the file CONTRASTIVE_KERNELS once for each instruction set that this kind of machine may have: `portable_code`
// under the unit's own flags, then `avx2_code` and `avx512_code`. No #pragma once. What the file needs from other
// headers must have been included before it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpsabi"          // vectors never leave their namespace
#pragma GCC diagnostic ignored "-Wfloat-equal"    // of vectors: a mask of lanes
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wsign-conversion"    // g++ takes a template's int as an array's bound for one
#endif

#if defined(CONTRASTIVE_HAS_PORTABLE)
namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu::portable_code {
#include CONTRASTIVE_KERNELS
}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu::portable_code
#endif

#pragma push_macro("CONTRASTIVE_SIMD_LANES")
#if defined(CONTRASTIVE_HAS_AVX2)
#undef CONTRASTIVE_SIMD_LANES
#define CONTRASTIVE_SIMD_LANES 8

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu::avx2_code {
#include CONTRASTIVE_KERNELS
}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu::avx2_code
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#if defined(CONTRASTIVE_HAS_AVX512)
#undef CONTRASTIVE_SIMD_LANES
#define CONTRASTIVE_SIMD_LANES 16

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))),                   \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl")
#endif
namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu::avx512_code {
#include CONTRASTIVE_KERNELS
}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu::avx512_code
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif

#undef CONTRASTIVE_SIMD_LANES
#pragma pop_macro("CONTRASTIVE_SIMD_LANES")

#pragma GCC diagnostic pop

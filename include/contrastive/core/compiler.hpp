// SPDX-License-Identifier: MIT
#pragma once
// Where every header begins: compilers, options and macros with which the library cannot be right, one sentence each.
#include <cstddef>    // libstdc++ takes min and max back, where it is asked first

#if defined(_MSC_VER) && !defined(__clang__)
#error "contrastive needs GCC 12 or Clang 16 or newer: MSVC does not compile its vector types; please use one of those"
#endif

#if __cplusplus < 202002L
#error "contrastive is written in C++20: compile with -std=c++20 or newer"
#endif

// The bodies of kernels call constexpr functions of the standard library. Without its flag nvcc warns of that, succeeds
// and leaves the kernels empty.
#if defined(__NVCC__) && defined(__CUDACC__) && !defined(__CUDACC_RELAXED_CONSTEXPR__)
#error "contrastive's kernels would be empty: compile with nvcc's flag --expt-relaxed-constexpr"
#endif

// Numbers are looked at with std::isfinite, and infinities begin a maximum: such a build would find no NaN.
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "contrastive looks for NaN, which this build denies: compile without -ffast-math, -Ofast and -ffinite-math-only"
#endif

#if defined(I) || defined(min) || defined(max)
#error "a macro is named I (of <complex.h>), min or max, a name used here: #undef it, or include contrastive before it"
#endif

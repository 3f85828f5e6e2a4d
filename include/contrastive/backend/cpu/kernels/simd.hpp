// SPDX-License-Identifier: MIT
#pragma once
// Vectors of floats: the one header that hides how a compiler and an instruction set spell them.
//
//     using v = floats<native_lanes>;
//     store(y, fma(load<v>(a), splat<v>(2.f), load<v>(b)));      // y[i] = 2·a[i] + b[i]
//
// A vector is a compiler vector: + - * / < > and `mask ? a : b` work on it, and one that is wider than a register is
// taken apart by the compiler (right, but slow: use it in tests). Everything else is in simd/operations.inl and
// simd/functions.inl. Those two are read again for every instruction set that kernels carry (isa.hpp), since what
// the compiler makes of a vector is settled where a function is written, not where it is inlined.
#include <contrastive/backend/cpu/kernels/target.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#if defined(__x86_64__) || defined(__i386__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"    // GCC 12 warns of its own _mm512_undefined_ps()
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class Element, int Lanes>
struct vector_of {
  typedef Element type __attribute__((vector_size(Lanes * sizeof(Element))));
};

/// `Lanes` numbers in a row: 2, 4, 8, 16 or 32.
template <int Lanes>
using floats = typename vector_of<float, Lanes>::type;
/// A comparison's result (0 or −1 per lane), and integers beside floats.
template <int Lanes>
using integers = typename vector_of<std::int32_t, Lanes>::type;

/// How many numbers V holds; 1 for a plain float.
template <class V>
inline constexpr int lanes = int(sizeof(V) / sizeof(float));

template <class V>
concept FloatVector = std::is_same_v<V, floats<2>> || std::is_same_v<V, floats<4>> || std::is_same_v<V, floats<8>> ||
                      std::is_same_v<V, floats<16>> || std::is_same_v<V, floats<32>>;

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpsabi"    // vectors wider than a register never cross a unit's border
namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {
#include <contrastive/backend/cpu/kernels/simd/operations.inl>

#include <contrastive/backend/cpu/kernels/simd/functions.inl>
}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
#pragma GCC diagnostic pop

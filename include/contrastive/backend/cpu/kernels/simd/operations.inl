// SPDX-License-Identifier: MIT
// Loads, stores, fused multiply-adds, selections and sums of vectors, for CONTRASTIVE_SIMD_LANES lanes to a register.
// No #pragma once: read once for each instruction set, inside its namespace (simd.hpp, isa.hpp).

inline constexpr int native_lanes = CONTRASTIVE_SIMD_LANES;

// ---- memory (any alignment) -----------------------------------------------------------------------------------------

template <FloatVector V>
[[gnu::always_inline]] inline V load(const float* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <FloatVector V>
[[gnu::always_inline]] inline void store(float* to, const V& v) {
  std::memcpy(to, &v, sizeof v);
}

/// The first `count` lanes from memory, zero in the others; reads nothing behind them.
template <FloatVector V>
[[gnu::always_inline]] inline V load_some(const float* from, int count) {
  V v{};
  std::memcpy(&v, from, std::size_t(count) * sizeof(float));
  return v;
}

/// Writes the first `count` lanes and nothing behind them.
template <FloatVector V>
[[gnu::always_inline]] inline void store_some(float* to, const V& v, int count) {
  std::memcpy(to, &v, std::size_t(count) * sizeof(float));
}

template <FloatVector V>
[[gnu::always_inline]] inline V splat(float a) {
  return a - V{};    // not a + 0, which would lose the sign of −0
}

// ---- halves ---------------------------------------------------------------------------------------------------------

template <FloatVector V>
struct halves {
  floats<lanes<V> / 2> low, high;
};

template <FloatVector V>
[[gnu::always_inline]] inline halves<V> split(const V& v) {
  return __builtin_bit_cast(halves<V>, v);
}

template <FloatVector V>
[[gnu::always_inline]] inline V join(const floats<lanes<V> / 2>& low, const floats<lanes<V> / 2>& high) {
  return __builtin_bit_cast(V, halves<V>{low, high});
}

/// to[j][i] = from[i][j] of four lines of four.
[[gnu::always_inline]] inline void transpose_four(const float* from, std::ptrdiff_t from_pitch, float* to,
                                                  std::ptrdiff_t to_pitch) {
  using V = floats<4>;
  const V a = load<V>(from), b = load<V>(from + from_pitch), c = load<V>(from + 2 * from_pitch),
          d = load<V>(from + 3 * from_pitch);
  const V ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const V cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  store(to + to_pitch, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  store(to + 2 * to_pitch, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  store(to + 3 * to_pitch, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

// ---- arithmetic -----------------------------------------------------------------------------------------------------

/// a·b + c, rounded once where the instruction set has such an instruction, else rounded twice.
template <FloatVector V>
[[gnu::always_inline]] inline V fma(const V& a, const V& b, const V& c) {
#if CONTRASTIVE_SIMD_LANES >= 16
  if constexpr (lanes<V> == 16) return _mm512_fmadd_ps(a, b, c);
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
  if constexpr (lanes<V> == 8) return _mm256_fmadd_ps(a, b, c);
  if constexpr (lanes<V> == 4) return _mm_fmadd_ps(a, b, c);
  if constexpr (lanes<V> == 2)
    return split(fma(join<floats<4>>(a, a), join<floats<4>>(b, b), join<floats<4>>(c, c))).low;
  if constexpr (lanes<V> > native_lanes) {
    const auto x = split(a), y = split(b), z = split(c);
    return join<V>(fma(x.low, y.low, z.low), fma(x.high, y.high, z.high));
  }
#elif defined(__ARM_FEATURE_FMA)
  V v;
  for (int i = 0; i < lanes<V>; ++i) v[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return v;
#else
  return a * b + c;
#endif
}

/// The larger; b where one is NaN. (g++ 12 makes two instructions of b < a ? a : b where b is constant.)
template <FloatVector V>
[[gnu::always_inline]] inline V max(const V& a, const V& b) {
#if CONTRASTIVE_SIMD_LANES >= 16
  if constexpr (lanes<V> == 16) return _mm512_maskz_max_ps(0xffff, a, b);
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
  if constexpr (lanes<V> == 8) return _mm256_max_ps(a, b);
#endif
  return b < a ? a : b;
}

/// The smaller; b where one is NaN.
template <FloatVector V>
[[gnu::always_inline]] inline V min(const V& a, const V& b) {
#if CONTRASTIVE_SIMD_LANES >= 16
  if constexpr (lanes<V> == 16) return _mm512_maskz_min_ps(0xffff, a, b);
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
  if constexpr (lanes<V> == 8) return _mm256_min_ps(a, b);
#endif
  return a < b ? a : b;
}

template <FloatVector V, class Mask>
[[gnu::always_inline]] inline V select(const Mask& mask, const V& a, const V& b) {
  return mask ? a : b;
}

/// Whether a comparison holds in some lane.
template <class Mask>
[[gnu::always_inline]] inline bool any(const Mask& mask) {
#if CONTRASTIVE_SIMD_LANES >= 16
  if constexpr (sizeof(Mask) == 64)
    return _mm512_test_epi32_mask(__builtin_bit_cast(__m512i, mask), __builtin_bit_cast(__m512i, mask)) != 0;
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
  if constexpr (sizeof(Mask) == 32)
    return !_mm256_testz_si256(__builtin_bit_cast(__m256i, mask), __builtin_bit_cast(__m256i, mask));
#endif
  int found = 0;
  for (std::size_t i = 0; i < sizeof(Mask) / sizeof(int); ++i) found |= mask[i];
  return found != 0;
}

template <FloatVector V>
[[gnu::always_inline]] inline V abs(const V& a) {
  using I = integers<lanes<V>>;
  return __builtin_bit_cast(V, __builtin_bit_cast(I, a) & 0x7fffffff);
}

/// |a| with the sign of b.
template <FloatVector V>
[[gnu::always_inline]] inline V copy_sign(const V& a, const V& b) {
  using I = integers<lanes<V>>;
  return __builtin_bit_cast(V, (__builtin_bit_cast(I, a) & 0x7fffffff) | (__builtin_bit_cast(I, b) & ~0x7fffffff));
}

template <FloatVector V>
[[gnu::always_inline]] inline V sqrt(const V& a) {
#if CONTRASTIVE_SIMD_LANES >= 16
  if constexpr (lanes<V> == 16) return _mm512_maskz_sqrt_ps(0xffff, a);
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
  if constexpr (lanes<V> == 8) return _mm256_sqrt_ps(a);
#endif
#if defined(__SSE2__)
  if constexpr (lanes<V> == 4) return _mm_sqrt_ps(a);
  if constexpr (lanes<V> > native_lanes) {
    const auto x = split(a);
    return join<V>(sqrt(x.low), sqrt(x.high));
  }
#endif
  V root;
  for (int i = 0; i < lanes<V>; ++i) root[i] = __builtin_sqrtf(a[i]);
  return root;
}

// ---- over the lanes: halves are folded onto each other, so the order is fixed ---------------------------------------

template <FloatVector V>
[[gnu::always_inline]] inline float sum(const V& v) {
  const auto half = split(v);
  if constexpr (lanes<V> == 2) return v[0] + v[1];
  else return sum(half.low + half.high);
}

/// The largest lane; NaN lanes may be passed over.
template <FloatVector V>
[[gnu::always_inline]] inline float max(const V& v) {
  const auto half = split(v);
  if constexpr (lanes<V> == 2) return v[1] < v[0] ? v[0] : v[1];
  else return max(max(half.low, half.high));
}

// ---- other element types --------------------------------------------------------------------------------------------

template <FloatVector V>
[[gnu::always_inline]] inline V to_floats(const integers<lanes<V>>& i) {
  return __builtin_convertvector(i, V);
}

/// Toward zero; lanes that fit no int have no meaning.
template <FloatVector V>
[[gnu::always_inline]] inline integers<lanes<V>> to_integers(const V& v) {
  return __builtin_convertvector(v, integers<lanes<V>>);
}

/// `lanes<V>` bytes as the floats 0 … 255.
template <FloatVector V>
[[gnu::always_inline]] inline V load_bytes(const std::uint8_t* from) {
  // g++ 12 takes a converted vector of bytes apart one by one
#if CONTRASTIVE_SIMD_LANES >= 16
  if constexpr (lanes<V> == 16) {
    __m128i packed;
    std::memcpy(&packed, from, sizeof packed);
    return to_floats<V>(__builtin_bit_cast(integers<16>, _mm512_maskz_cvtepu8_epi32(0xffff, packed)));
  }
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
  if constexpr (lanes<V> == 8)
    return to_floats<V>(
        __builtin_bit_cast(integers<8>, _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))));
#endif
  typename vector_of<std::uint8_t, lanes<V>>::type bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return to_floats<V>(__builtin_convertvector(bytes, integers<lanes<V>>));
}

template <FloatVector V>
[[gnu::always_inline]] inline V load_integers(const std::int32_t* from) {
  integers<lanes<V>> i;
  std::memcpy(&i, from, sizeof i);
  return to_floats<V>(i);
}

/// The largest whole number that is not above a.
template <FloatVector V>
[[gnu::always_inline]] inline V floor(const V& a) {
  const V whole = to_floats<V>(to_integers(a));                           // toward zero
  const V below = copy_sign(whole - (a < whole ? V{} + 1.f : V{}), a);    // −0 stays
  return abs(a) < 8388608.f ? below : a;                                  // from 2²³ on all are whole; NaN, ±∞ stay
}

// SPDX-License-Identifier: MIT
// exp, log, log1p, erf, tanh, sin and cos: at most 2 units in the last place, the same bits in every lane of every
// width. No #pragma once: read once for each instruction set, after operations.inl (simd.hpp, isa.hpp).
//
// A compiler may fuse a·b + c where it likes, and with it change bits from one width to the next; so products that are
// added stand in `fused`, which rounds once on every machine.

#if CONTRASTIVE_SIMD_LANES >= 8 || defined(__ARM_FEATURE_FMA)
template <FloatVector V>
[[gnu::always_inline]] inline V fused(const V& a, const V& b, const V& c) {
  return fma(a, b, c);
}
#else
// The sum is made in double, where a·b is exact, and rounded to odd, so that the rounding to float sees on which side
// it was (Boldo & Melquiond 2008).
inline floats<4> fused_4(const floats<4>& a, const floats<4>& b, const floats<4>& c) {
  using D = vector_of<double, 4>::type;
  using L = vector_of<std::int64_t, 4>::type;
  const D product = __builtin_convertvector(a, D) * __builtin_convertvector(b, D);
  const D addend = __builtin_convertvector(c, D);
  const D total = product + addend;
  const D part = total - product, error = (product - (total - part)) + (addend - part);
  const L bits = __builtin_bit_cast(L, total);
  const L inexact_and_even = ((error < 0.) | (error > 0.)) & ((bits & 1) == 0);
  const L away_from_zero = ~((error > 0.) ^ (total > 0.));    // −1 or 0
  return __builtin_convertvector(__builtin_bit_cast(D, bits + ((-1 - 2 * away_from_zero) & inexact_and_even)),
                                 floats<4>);
}

/// a·b + c rounded once, also where the instruction set has no such instruction (there it is slow).
template <FloatVector V>
[[gnu::always_inline]] inline V fused(const V& a, const V& b, const V& c) {
  if constexpr (lanes<V> == 4) return fused_4(a, b, c);
  if constexpr (lanes<V> == 2)
    return split(fused_4(join<floats<4>>(a, a), join<floats<4>>(b, b), join<floats<4>>(c, c))).low;
  if constexpr (lanes<V> > 4) {
    const auto x = split(a), y = split(b), z = split(c);
    return join<V>(fused(x.low, y.low, z.low), fused(x.high, y.high, z.high));
  }
}
#endif

/// (… (first·x + second)·x + …): Horner's rule.
template <FloatVector V, class... Rest>
[[gnu::always_inline]] inline V polynomial(const V& x, float first, Rest... rest) {
  V p = splat<V>(first);
  ((p = fused(p, x, splat<V>(rest))), ...);
  return p;
}

/// 2ⁿ for whole n from −126 to 127.
template <FloatVector V>
[[gnu::always_inline]] inline V power_of_two(const integers<lanes<V>>& n) {
  return __builtin_bit_cast(V, (n + 127) << 23);
}

/// eˣ = y·2ⁿ with √½ ≤ y ≤ √2, for x within ±110 or NaN.
template <FloatVector V>
struct exponential {
  V y;
  integers<lanes<V>> n;
};
template <FloatVector V>
[[gnu::always_inline]] inline exponential<V> exp_in_parts(const V& x) {
  const V shift = V{} + 12582912.f;                              // 1.5·2²³: adding it rounds to whole numbers
  const V n = fused(x, splat<V>(1.44269504f), shift) - shift;    // x = n·ln 2 + r
  V r = fused(n, splat<V>(-0x1.62e4p-1f), x);                    // ln 2 in two parts, the first exact times n
  r = fused(n, splat<V>(-0x1.7f7d1cp-20f), r);
  const V p = polynomial(r, 1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
                         5.0000001201e-1f);
  return {fused(r * r, p, r) + 1.f, to_integers(n)};
}

/// eˣ: 0 and ∞ at the ends, NaN for NaN.
template <FloatVector V>
[[gnu::always_inline]] inline V exp(const V& exponent) {
  V x = exponent > 89.f ? V{} + 89.f : exponent;
  x = x < -104.f ? V{} - 104.f : x;
  const auto [y, n] = exp_in_parts(x);
  const auto half = n >> 1;    // in two steps: 2ⁿ alone may not be a float
  return y * power_of_two<V>(half) * power_of_two<V>(n - half);
}
/// The same bits for −87 ≤ x ≤ 88 and NaN: no ends to cut off, and 2ⁿ is one float.
template <FloatVector V>
[[gnu::always_inline]] inline V exp_of_moderate(const V& x) {
  const auto [y, n] = exp_in_parts(x);
  return y * power_of_two<V>(n);
}

/// Natural logarithm: −∞ at 0, NaN below.
template <FloatVector V>
[[gnu::always_inline]] inline V log(const V& a) {
  using I = integers<lanes<V>>;
  const auto tiny = a < std::numeric_limits<float>::min();
  const V lifted = tiny ? a * 8388608.f : a;                    // denormals, by 2²³
  const I bits = __builtin_bit_cast(I, lifted) & 0x7fffffff;    // no sign: negative numbers could overflow below
  const I exponent = (bits - 0x3f3504f3) >> 23;                 // a = m·2ᵉ, √½ ≤ m < √2
  const V f = __builtin_bit_cast(V, bits - (exponent << 23)) - 1.f;
  const V e = to_floats<V>(exponent) - (tiny ? V{} + 23.f : V{});
  const V z = f * f;
  const V p = polynomial(f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                         -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f);
  V y = fused(e, splat<V>(-2.12194440e-4f), (f * z) * p);
  y = fused(z, splat<V>(-0.5f), y);
  y = fused(e, splat<V>(0.693359375f), f + y);
  y = a == 0.f ? V{} - std::numeric_limits<float>::infinity() : y;
  y = a < 0.f ? V{} + std::numeric_limits<float>::quiet_NaN() : y;
  return a < std::numeric_limits<float>::infinity() ? y : a + a;    // ∞ and NaN; a NaN fails every comparison
}

/// log(1 + a), right for small a too: what rounding takes from 1 + a it takes from both sides of the quotient (Goldberg
/// 1991, theorem 4).
template <FloatVector V>
[[gnu::always_inline]] inline V log1p(const V& a) {
  const V above = a + 1.f, rest = above - 1.f;
  const V y = log(above) * (a / rest);
  const V found = rest == 0.f ? a : y;
  return above < std::numeric_limits<float>::infinity() ? found : above;    // ∞ and NaN
}

/// The error function 2/√π ∫₀ᵃ e^(−t²) dt.
template <FloatVector V>
[[gnu::always_inline]] inline V erf(const V& a) {
  const V t = abs(a), s = a * a;
  const V middle = fused(
      polynomial(s, -5.96761703e-4f, 4.99119423e-3f, -2.67681349e-2f, 1.12819925e-1f, -3.76125336e-1f, 1.28379166e-1f),
      a, a);
  V r = polynomial(t, -1.72853470e-5f, 3.83197126e-4f, -3.88396438e-3f, 2.42546219e-2f, -1.06777877e-1f,
                   -6.34846687e-1f, -1.28717512e-1f);
  r = fused(r, t, -t);
  const V tail = copy_sign(1.f - exp(r), a);
  return t > 0.927734375f ? tail : middle;
}

template <FloatVector V>
[[gnu::always_inline]] inline V tanh(const V& a) {
  const V t = abs(a), s = a * a;
  const V middle = fused(
      polynomial(s, -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f) *
          s,
      a, a);
  const V tail = copy_sign(1.f - 2.f / (exp(t + t) + 1.f), a);
  return t > 0.625f ? tail : middle;
}

/// sin(a + turns·π/2).
template <FloatVector V>
[[gnu::always_inline]] inline V sin_of_turned(const V& a, int turns) {
  constexpr float farthest = 1e5f;     // up to it a quarter turn in three parts is exact enough
  const V shift = V{} + 12582912.f;    // 1.5·2²³: adding it rounds to whole numbers
  const V n = fused(a, splat<V>(0.636619747f), shift) - shift;    // a = n·π/2 + r
  V r = fused(n, splat<V>(-0x1.921fbp+0f), a);
  r = fused(n, splat<V>(-0x1.5110b4p-22f), r);
  r = fused(n, splat<V>(-0x1.84698ap-48f), r);
  const V s = r * r;
  const V sine = fused(polynomial(s, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f) * s, r, r);
  const V cosine = fused(polynomial(s, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f), s * s,
                         fused(s, splat<V>(-0.5f), splat<V>(1.f)));
  const auto quarter = to_integers(abs(a) <= farthest ? n : V{}) + turns;
  V y = (quarter & 1) != 0 ? cosine : sine;
  y = (quarter & 2) != 0 ? -y : y;
  if (any(abs(a) > farthest))    // few are; ∞ becomes NaN
    for (int i = 0; i < lanes<V>; ++i)
      if (!(std::abs(a[i]) <= farthest)) y[i] = float(turns ? std::cos(double(a[i])) : std::sin(double(a[i])));
  return y;
}
template <FloatVector V>
[[gnu::always_inline]] inline V sin(const V& a) {
  return sin_of_turned(a, 0);
}
template <FloatVector V>
[[gnu::always_inline]] inline V cos(const V& a) {
  return sin_of_turned(a, 1);
}

// ---- one number: the bits that a lane would have --------------------------------------------------------------------

inline float exp(float a) { return exp(splat<floats<4>>(a))[0]; }
inline float log(float a) { return log(splat<floats<4>>(a))[0]; }
inline float log1p(float a) { return log1p(splat<floats<4>>(a))[0]; }
inline float erf(float a) { return erf(splat<floats<4>>(a))[0]; }
inline float tanh(float a) { return tanh(splat<floats<4>>(a))[0]; }
inline float sin(float a) { return sin(splat<floats<4>>(a))[0]; }
inline float cos(float a) { return cos(splat<floats<4>>(a))[0]; }

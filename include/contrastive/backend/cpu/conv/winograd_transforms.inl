// SPDX-License-Identifier: MIT
// The transforms of Winograd's F(4×4, 3×3), points 0, ±1, ±2, ∞, for vectors of channels. Read for each instruction set.

template <class V>
struct winograd_transforms {
  // Each is one matrix times a column; applied to columns and then to rows it is the transform of a tile.

  /// Bᵀ: 6 inputs to 6 points.
  [[gnu::always_inline]] static void of_input(const V (&d)[6], V (&t)[6]) {
    const V four = splat<V>(4), two = splat<V>(2), five = splat<V>(5);
    const V a = fma(-four, d[2], d[4]), b = fma(-four, d[1], d[3]), e = d[4] - d[2], f = two * (d[3] - d[1]);
    t[0] = fma(four, d[0], fma(-five, d[2], d[4]));
    t[1] = a + b;
    t[2] = a - b;
    t[3] = e + f;
    t[4] = e - f;
    t[5] = fma(four, d[1], fma(-five, d[3], d[5]));
  }

  /// Aᵀ: 6 points to 4 outputs.
  [[gnu::always_inline]] static void of_output(const V (&m)[6], V (&y)[4]) {
    const V sum = m[1] + m[2], difference = m[1] - m[2], sum_2 = m[3] + m[4], difference_2 = m[3] - m[4];
    y[0] = m[0] + sum + sum_2;
    y[1] = fma(splat<V>(2), difference_2, difference);
    y[2] = fma(splat<V>(4), sum_2, sum);
    y[3] = fma(splat<V>(8), difference_2, difference) + m[5];
  }

  /// G: 3 weights to 6 points.
  [[gnu::always_inline]] static void of_weight(const V (&w)[3], V (&u)[6]) {
    const V sum = w[0] + w[2], p = fma(w[0], splat<V>(1.f / 24), w[2] * splat<V>(1.f / 6)),
            q = w[1] * splat<V>(1.f / 12);
    u[0] = w[0] * splat<V>(0.25f);
    u[1] = (sum + w[1]) * splat<V>(-1.f / 6);
    u[2] = (sum - w[1]) * splat<V>(-1.f / 6);
    u[3] = p + q;
    u[4] = p - q;
    u[5] = w[2];
  }

  /// A: the gradient of 4 outputs to that of 6 points.
  [[gnu::always_inline]] static void of_output_gradient(const V (&y)[4], V (&d)[6]) {
    const V even = y[0] + y[2], odd = y[1] + y[3];
    const V even_2 = fma(splat<V>(4), y[2], y[0]), odd_2 = fma(splat<V>(8), y[3], y[1] + y[1]);
    d[0] = y[0];
    d[1] = even + odd;
    d[2] = even - odd;
    d[3] = even_2 + odd_2;
    d[4] = even_2 - odd_2;
    d[5] = y[3];
  }

  /// Gᵀ: the gradient of 6 points to that of 3 weights.
  [[gnu::always_inline]] static void of_weight_gradient(const V (&u)[6], V (&w)[3]) {
    const V sixth = splat<V>(1.f / 6), sum = u[1] + u[2], sum_2 = u[3] + u[4];
    w[0] = fma(u[0], splat<V>(0.25f), fma(sum_2, splat<V>(1.f / 24), -sum * sixth));
    w[1] = fma(u[2] - u[1], sixth, (u[3] - u[4]) * splat<V>(1.f / 12));
    w[2] = fma(sum_2 - sum, sixth, u[5]);
  }

  /// out = T·in·Tᵀ for a tile: load(i, j) gives a number of the `In` × `In` tile, keep(i, j, v) takes one of `Out` × `Out`.
  template <int In, int Out, void (*T)(const V (&)[In], V (&)[Out]), class Load, class Keep>
  [[gnu::always_inline]] static void both_ways(const Load& load, const Keep& keep) {
    V half[Out][In];
#pragma GCC unroll 6
    for (int j = 0; j < In; ++j) {
      V column[In], points[Out];
#pragma GCC unroll 6
      for (int i = 0; i < In; ++i) column[i] = load(i, j);
      T(column, points);
#pragma GCC unroll 6
      for (int i = 0; i < Out; ++i) half[i][j] = points[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < Out; ++i) {
      V points[Out];
      T(half[i], points);
#pragma GCC unroll 6
      for (int j = 0; j < Out; ++j) keep(i, j, points[j]);
    }
  }
};

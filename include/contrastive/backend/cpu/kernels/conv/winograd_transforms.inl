// SPDX-License-Identifier: MIT
// The transforms of Winograd's F(4×4, 3×3), points 0, ±1, ±2, ∞, for vectors of channels. Read for each instruction
// set.

alignas(64) inline constexpr float winograd_zeros[6 * block_channels]{};

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

  /// out = T·in·Tᵀ of a tile, in lines: load(j, line) fills column j of In × In numbers, keep(i, line) takes row i of
  /// Out × Out.
  template <int In, int Out, void (*T)(const V (&)[In], V (&)[Out]), class Load, class Keep>
  [[gnu::always_inline]] static void both_ways(const Load& load, const Keep& keep) {
    V half[Out][In];
#pragma GCC unroll 6
    for (int j = 0; j < In; ++j) {
      V line[In], points[Out];
      load(j, line);
      T(line, points);
#pragma GCC unroll 6
      for (int i = 0; i < Out; ++i) half[i][j] = points[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < Out; ++i) {
      V points[Out];
      T(half[i], points);
      keep(i, points);
    }
  }
};

/// A line of a tile: N vectors `pitch` floats apart.
template <class V, int N>
[[gnu::always_inline]] inline void load_line(const float* from, std::ptrdiff_t pitch, V (&line)[N]) {
#pragma GCC unroll 6
  for (int i = 0; i < N; ++i, from += pitch) line[i] = load<V>(from);
}
template <class V, int N>
[[gnu::always_inline]] inline void store_line(float* to, std::ptrdiff_t pitch, const V (&line)[N]) {
#pragma GCC unroll 6
  for (int i = 0; i < N; ++i, to += pitch) store(to, line[i]);
}

/// Asks the second cache for the 4 × 4 pixels that the tile below will need: rows of images lie pages apart, where the
/// processor's own prefetching ends. Past the last image nothing is there, which a prefetch may ask for.
[[gnu::always_inline]] inline void prefetch_pixels(const float* below, std::ptrdiff_t row_pitch) {
  for (int i = 0; i < 4; ++i, below += row_pitch)
#pragma GCC unroll 8
    for (int k = 0; k < 4 * block_channels; k += 16) __builtin_prefetch(below + k, 0, 2);
}

/// Size × Size pixels, of which those outside of the image are zero: a row out there is read from a row of zeros, so
/// that no pixel has to ask.
template <int Size>
struct winograd_pixels {
  const float* rows[Size];
  int first_column, last_column;    // in the image, from the tile's corner

  winograd_pixels(const float* corner, std::ptrdiff_t row_pitch, int first_row, int last_row, int first, int last)
      : first_column(first), last_column(last) {
    for (int i = 0; i < Size; ++i) rows[i] = i >= first_row && i < last_row ? corner + i * row_pitch : winograd_zeros;
  }
  template <class V>
  [[gnu::always_inline]] void load_column(int j, int c, V (&column)[Size]) const {
#pragma GCC unroll 6
    for (int i = 0; i < Size; ++i)
      column[i] = j >= first_column && j < last_column ? load<V>(rows[i] + j * block_channels + c) : V{};
  }
};

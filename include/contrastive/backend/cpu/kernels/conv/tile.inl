// SPDX-License-Identifier: MIT
// The register tile of a convolution: some pixels in a straight line times some output channels. Read for each set.
//
// Everything but the tile's own extents is a run-time number: pixels lie x_pitch apart (along a row, a column or from
// image to image), so one function per number of pixels serves every kernel, stride and size.

template <isa Set>
struct register_tile;

template <>
struct register_tile<isa::portable> {    // 16 registers: 12 accumulators, 2 weights, 1 pixel, 1 product
  static constexpr int lanes = 4, pixels = 6, vectors = 2;
  static constexpr int streams = 3, stream_vectors = 4;
};
template <>
struct register_tile<isa::avx2> {    // 16 registers: 12 accumulators, 2 weights, 1 pixel
  static constexpr int lanes = 8, pixels = 6, vectors = 2;
  static constexpr int streams = 3, stream_vectors = 4;
};
template <>
struct register_tile<isa::avx512> {    // 32 registers; 16 accumulators keep two units busy
  static constexpr int lanes = 16, pixels = 8, vectors = 2;
  static constexpr int streams = 8, stream_vectors = 2;
};

template <isa Set>
struct conv_tiles {
  using tile = register_tile<Set>;
  using V = floats<tile::lanes>;
  static constexpr int lanes = tile::lanes, vectors = tile::vectors, channels = lanes * vectors;
  using function = void (*)(const tile_work&);

  /// y[p][v] (+)= Σ x[p][i]·w[i][v] for `Pixels` pixels; `Used` vectors of channels are computed, the others are zero.
  template <int Pixels, int Used>
  [[gnu::noinline]] static void run(const tile_work& t) {
    V sum[Pixels][Used];
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < Used; ++v) sum[p][v] = t.resume ? load<V>(t.y + p * t.y_pitch + v * lanes) : V{};
    for (const tap_run* run = t.runs; run != t.runs + t.run_count; ++run) {
      const float* w = t.w + run->w;
      const float* x[Pixels];
#pragma GCC unroll 16
      for (int p = 0; p < Pixels; ++p) x[p] = t.x + (run->x + p * t.x_pitch);
#pragma GCC unroll 2
      for (std::ptrdiff_t i = 0; i < run->length; ++i, w += channels) {
        V weight[Used];
#pragma GCC unroll 4
        for (int v = 0; v < Used; ++v) weight[v] = load<V>(w + v * lanes);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p) {
          const V pixel = splat<V>(x[p][i]);
#pragma GCC unroll 4
          for (int v = 0; v < Used; ++v) sum[p][v] = fma(pixel, weight[v], sum[p][v]);
        }
      }
    }
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) store(t.y + p * t.y_pitch + v * lanes, v < Used ? sum[p][v] : V{});
  }

  /// The function for `pixels` pixels of which `used` vectors of channels exist (none: zeros).
  static function of(int pixels, int used) {
    return [&]<int... P>(std::integer_sequence<int, P...>) {
      static constexpr function whole[] = {run<P + 1, vectors>...}, half[] = {run<P + 1, 1>...};
      return (used == 1 ? half : whole)[pixels - 1];
    }(std::make_integer_sequence<int, tile::pixels>{});
  }
};

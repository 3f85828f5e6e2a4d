// SPDX-License-Identifier: MIT
// What is left to do to the outputs of a tile while they are in the first cache. Read for each instruction set.

template <isa Set>
struct conv_epilogue {
  using V = typename conv_tiles<Set>::V;
  static constexpr int lanes = conv_tiles<Set>::lanes, vectors = conv_tiles<Set>::vectors;

  /// `pixels` outputs, `pitch` apart, from `y` on, which lies `offset` floats into its image batch.
  [[gnu::noinline]] static void finish(const epilogue& e, float* y, std::ptrdiff_t offset, std::ptrdiff_t pitch,
                                       int pixels, const float* bias, float* sums) {
    for (int v = 0; v < vectors * lanes; v += lanes) {
      V total{}, product{}, second{};
      const V shift = bias ? load<V>(bias + v) : V{};
      for (std::ptrdiff_t p = v, end = v + pixels * pitch; p < end; p += pitch) {
        V z = load<V>(y + p) + shift;
        if (e.add) z += load<V>(e.add + offset + p);
        if (e.relu) z = max(z, V{});
        if (e.mask) z = select(load<V>(e.mask + offset + p) > 0.f, z, V{});
        store(y + p, z);
        if (!sums) continue;
        total += z;
        product = fma(z, e.y2 ? load<V>(e.y2 + offset + p) : z, product);
        if (e.y3) second = fma(z, load<V>(e.y3 + offset + p), second);
      }
      if (!sums) continue;
      store(sums + v, load<V>(sums + v) + total);
      store(sums + block_channels + v, load<V>(sums + block_channels + v) + product);
      store(sums + 2 * block_channels + v, load<V>(sums + 2 * block_channels + v) + second);
    }
  }
};

// SPDX-License-Identifier: MIT
// What is left to do to outputs while they are in the first cache. Read for each instruction set.

/// A few rows of outputs, `channels` of one block; pointers stand at the first of them.
struct output_patch {
  float* y;
  std::ptrdiff_t offset;    // of y in its image batch
  std::ptrdiff_t rows, row_pitch, pixels, pixel_pitch;
  int channels;
  const float* bias;    // of these channels
  float* sums;
};

template <isa Set>
struct conv_epilogue {
  using V = floats<register_tile<Set>::lanes>;

  [[gnu::noinline]] static void finish(const epilogue& e, const output_patch& o) {
    for (int v = 0; v < o.channels; v += lanes<V>) {
      V total{}, product{}, second{};
      const V bias = o.bias ? load<V>(o.bias + v) : V{};
      for (std::ptrdiff_t r = 0; r < o.rows; ++r)
        for (std::ptrdiff_t p = 0; p < o.pixels; ++p) {
          const std::ptrdiff_t at = r * o.row_pitch + p * o.pixel_pitch + v, i = o.offset + at;
          V z = load<V>(o.y + at) + bias;
          if (e.add) z += load<V>(e.add + i);
          if (e.relu) z = max(z, V{});
          if (e.mask) z = select(load<V>(e.mask + i) > 0.f, z, V{});
          store(o.y + at, z);
          if (!o.sums) continue;
          total += z;
          product = fma(z, e.y2 ? load<V>(e.y2 + i) : z, product);
          if (e.y3) second = fma(z, load<V>(e.y3 + i), second);
        }
      if (o.sums) add_to(o.sums + v, total, product, second);
    }
  }

 private:
  static void add_to(float* sums, const V& total, const V& product, const V& second) {
    store(sums, load<V>(sums) + total);
    store(sums + block_channels, load<V>(sums + block_channels) + product);
    store(sums + 2 * block_channels, load<V>(sums + 2 * block_channels) + second);
  }
};

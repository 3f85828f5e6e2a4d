// SPDX-License-Identifier: MIT
// What is left to do to outputs while they are in the first cache. Read for
// each instruction set.

/// A few rows of outputs, `channels` of one block; pointers stand at the first
/// of them.
struct output_patch {
  float* y;
  std::ptrdiff_t offset;    // of y in its image batch
  std::ptrdiff_t rows, row_pitch, pixels, pixel_pitch;
  int channels;
  const float* bias;    // of these channels
  float* sums;
};

/// Sums of some patches of one block, which are added to a chunk's together: a sum of sums loses fewer digits than one
/// long sum, of which a large image's would be half wrong.
struct patch_sums {
  alignas(64) float values[3 * block_channels] = {};    // [3][32]

  void add_to(float* chunk, int channels) {    // [3][32] as well, from some channel on
    for (int product = 0; product < 3; ++product)
      for (int c = product * block_channels; c < product * block_channels + channels; ++c)
        chunk[c] += std::exchange(values[c], 0.f);
  }
};

template <isa Set>
struct conv_epilogue {
  using V = floats<register_tile<Set>::lanes>;

  [[gnu::noinline]] static void finish(const epilogue& e, const output_patch& o) {
    if (e.changes_outputs()) change(e, o);
    if (e.sums && e.y2) add_products(e, o);
    else if (e.sums) add_squares(o);
  }

 private:
  static void change(const epilogue& e, const output_patch& o) {
    for (int v = 0; v < o.channels; v += lanes<V>) {
      const V bias = o.bias ? load<V>(o.bias + v) : V{};
      each(o, v, [&](std::ptrdiff_t at) {
        V z = load<V>(o.y + at) + bias;
        if (e.add) z += load<V>(e.add + o.offset + at);
        if (e.relu) z = max(V{}, z);    // a NaN stays
        if (e.mask) z = select(load<V>(e.mask + o.offset + at) > 0.f, z, V{});
        store(o.y + at, z);
      });
    }
  }

  static void add_squares(const output_patch& o) {
    for (int v = 0; v < o.channels; v += lanes<V>) {
      V total = load<V>(o.sums + v), square = load<V>(o.sums + block_channels + v);
      each(o, v, [&](std::ptrdiff_t at) {
        const V z = load<V>(o.y + at);
        total += z;
        square = fma(z, z, square);
      });
      store(o.sums + v, total);
      store(o.sums + block_channels + v, square);
    }
  }

  static void add_products(const epilogue& e, const output_patch& o) {
    const float *y2 = e.y2 + o.offset, *y3 = e.y3 ? e.y3 + o.offset : nullptr;
    for (int v = 0; v < o.channels; v += lanes<V>) {
      V total = load<V>(o.sums + v), product = load<V>(o.sums + block_channels + v),
        second = load<V>(o.sums + 2 * block_channels + v);
      each(o, v, [&](std::ptrdiff_t at) {
        const V z = load<V>(o.y + at);
        total += z;
        product = fma(z, load<V>(y2 + at), product);
        if (y3) second = fma(z, load<V>(y3 + at), second);
      });
      store(o.sums + v, total);
      store(o.sums + block_channels + v, product);
      store(o.sums + 2 * block_channels + v, second);
    }
  }

  template <class F>
  [[gnu::always_inline]] static void each(const output_patch& o, int v, const F& f) {
    for (std::ptrdiff_t r = 0; r < o.rows; ++r)
      for (std::ptrdiff_t at = r * o.row_pitch + v, end = at + o.pixels * o.pixel_pitch; at < end; at += o.pixel_pitch)
        f(at);
  }
};

// SPDX-License-Identifier: MIT
// Loops over blocked images that know channels: affine maps, rectifications, their gradients. Read for each set.

template <isa Set>
struct channel_loops {
  using V = floats<native_lanes>;

  /// f(offset into a blocked batch, channel) for each vector of images first … last − 1 of one block.
  [[gnu::always_inline]] static void each(const image_range& r, int block, const auto& f) {
    for (int half = 0; half < block_channels; half += native_lanes) {
      const auto with = f(block * block_channels + half);
      const std::ptrdiff_t start = r.offset(block) + half,
                           end = start + std::ptrdiff_t(r.count) * r.pixels * block_channels;
      for (std::ptrdiff_t i = start; i < end; i += block_channels) with(i);
    }
  }

  static void normalize(const image_range& r, const normalization& n) {
    CONTRASTIVE_CHECK(is_inside(r), "channel_kernels: the range lies inside its batch");
    for (int block = 0; block < r.blocks; ++block)
      each(r, block, [&](int channel) {
        const V scale = load<V>(n.scale + channel), skip_scale = n.skip_scale ? load<V>(n.skip_scale + channel) : V{};
        const V shift = load<V>(n.shift + channel) + (n.skip_shift ? load<V>(n.skip_shift + channel) : V{});
        return [=, &n](std::ptrdiff_t i) {
          V y = fma(scale, load<V>(n.raw + i), shift);
          if (n.skip_scale) y = fma(skip_scale, load<V>(n.skip + i), y);
          else if (n.skip) y += load<V>(n.skip + i);
          store(n.y + i, n.relu ? max(V{}, y) : y);
        };
      });
  }

  static void denormalize(const image_range& r, const denormalization& d) {
    CONTRASTIVE_CHECK(is_inside(r), "channel_kernels: the range lies inside its batch");
    for (int block = 0; block < r.blocks; ++block)
      each(r, block, [&](int channel) {
        const V a = load<V>(d.a + channel), b = load<V>(d.b + channel), c = load<V>(d.c + channel);
        return
            [=, &d](std::ptrdiff_t i) { store(d.d_raw + i, fma(a, load<V>(d.dz + i), fma(b, load<V>(d.raw + i), c))); };
      });
  }

  static void mask(const image_range& r, const masking& m, float* sums) {
    CONTRASTIVE_CHECK(is_inside(r), "channel_kernels: the range lies inside its batch");
    for (int block = 0; block < r.blocks; ++block)
      for (int half = 0; half < block_channels; half += native_lanes) {
        V total{}, product{}, second{};
        const std::ptrdiff_t start = r.offset(block) + half, length = std::ptrdiff_t(r.count) * r.pixels;
        const float* even = m.even ? m.even + block * block_channels + half : nullptr;
        for (std::ptrdiff_t p = 0; p < length; ++p) {
          const std::ptrdiff_t i = start + p * block_channels;
          V z = even ? load<V>(even) * splat<V>(m.share) : load<V>(m.dy + i);
          if (m.positive) z = select(load<V>(m.positive + i) > 0.f, z, V{});
          store(m.dz + i, z);
          total += z;
          if (m.y2) product = fma(z, load<V>(m.y2 + i), product);
          if (m.y3) second = fma(z, load<V>(m.y3 + i), second);
        }
        float* to = sums + block * 3 * block_channels + half;
        store(to, total);
        store(to + block_channels, product);
        store(to + 2 * block_channels, second);
      }
  }

  static void average(const image_range& r, const float* x, float* mean) {
    CONTRASTIVE_CHECK(is_inside(r), "channel_kernels: the range lies inside its batch");
    for (int block = 0; block < r.blocks; ++block)
      each(r, block, [&](int channel) {
        store(mean + channel, V{});
        return [=](std::ptrdiff_t i) { store(mean + channel, load<V>(mean + channel) + load<V>(x + i)); };
      });
    const V share = splat<V>(1.f / float(r.pixels));
    for (int c = 0; c < r.blocks * block_channels; c += native_lanes) store(mean + c, load<V>(mean + c) * share);
  }
};

template <class Here>
const channel_kernels& channel_table(Here) {
  using functions = channel_loops<Here::set>;
  static constexpr channel_kernels table{functions::normalize, functions::denormalize, functions::mask,
                                         functions::average};
  return table;
}

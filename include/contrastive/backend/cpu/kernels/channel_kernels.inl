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
        long_sum total, product, second;
        const std::ptrdiff_t start = r.offset(block) + half;
        const float* even = m.even ? m.even + block * block_channels + half : nullptr;
        each_run(r, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
          V some{}, some_product{}, some_second{};
          for (std::ptrdiff_t p = first; p < last; ++p) {
            const std::ptrdiff_t i = start + p * block_channels;
            V z = even ? load<V>(even) * splat<V>(m.share) : load<V>(m.dy + i);
            if (m.positive) z = select(load<V>(m.positive + i) > 0.f, z, V{});
            store(m.dz + i, z);
            some += z;
            if (m.y2) some_product = fma(z, load<V>(m.y2 + i), some_product);
            if (m.y3) some_second = fma(z, load<V>(m.y3 + i), some_second);
          }
          total.add(some), product.add(some_product), second.add(some_second);
        });
        float* to = sums + block * 3 * block_channels + half;
        store(to, total.sum);
        store(to + block_channels, product.sum);
        store(to + 2 * block_channels, second.sum);
      }
  }

  static void average(const image_range& r, const float* x, float* mean) {
    CONTRASTIVE_CHECK(is_inside(r), "channel_kernels: the range lies inside its batch");
    const V share = splat<V>(1.f / float(r.pixels));
    for (int c = 0; c < r.blocks * block_channels; c += native_lanes) {
      const float* from = x + r.offset(c / block_channels) + c % block_channels;
      long_sum total;
      each_run(r, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        V some{};
        for (std::ptrdiff_t p = first; p < last; ++p) some += load<V>(from + p * block_channels);
        total.add(some);
      });
      store(mean + c, total.sum * share);
    }
  }

 private:
  /// A sum of sums, with what rounding has taken from it (Kahan 1965).
  struct long_sum {
    V sum{}, lost{};
    void add(const V& some) {
      const V more = some - lost, next = sum + more;
      lost = (next - sum) - more;
      sum = next;
    }
  };
  /// f(first, last) for the pixels of the range, as many at a time as one float sums up well.
  [[gnu::always_inline]] static void each_run(const image_range& r, const auto& f) {
    constexpr std::ptrdiff_t most = 1024;
    const std::ptrdiff_t length = std::ptrdiff_t(r.count) * r.pixels;
    for (std::ptrdiff_t first = 0; first < length; first += most) f(first, std::min(length, first + most));
  }
};

template <class Here>
const channel_kernels& channel_table(Here) {
  using functions = channel_loops<Here::set>;
  static constexpr channel_kernels table{functions::normalize, functions::denormalize, functions::mask,
                                         functions::average};
  return table;
}

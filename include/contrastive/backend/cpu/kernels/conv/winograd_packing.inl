// SPDX-License-Identifier: MIT
// The weights of a convolution as the 36 points of Winograd's transform. Read for each instruction set.
//
// [36][K/T][C][T k] forward, [36][C/T][K][T c] for the gradient of the input, T: channels of the register tile.

template <isa Set>
struct winograd_packing {
  using V = floats<register_tile<Set>::lanes>;
  using transforms = winograd_transforms<V>;
  static constexpr int tile = conv_tiles<Set>::channels;

  static void forward(workers& pool, const conv_shape& s, const float* weight, const float* scale, float* to) {
    each_part(pool, s.filters, s.channels, to, [&](int filter, int channel, float* part) {
      weight_packing{s}.forward_part(tile, weight, scale, filter, channel, part);
    });
  }
  static void backward(workers& pool, const conv_shape& s, const float* weight, float* to) {
    each_part(pool, s.channels, s.filters, to, [&](int channel, int filter, float* part) {
      weight_packing{s}.backward_part(tile, weight, filter, channel, part);
    });
  }

 private:
  // pack(of those written, of those read, part): [9][32][tile] for a tile of output and a block of input channels.
  template <class Pack>
  static void each_part(workers& pool, int written, int read, float* to, const Pack& pack) {
    const std::ptrdiff_t plane = std::ptrdiff_t(padded(written)) * padded(read);
    pool.run(padded(written) / tile * blocks_of(read), [&](int task) {
      const int first = task / blocks_of(read) * tile, block = task % blocks_of(read);
      alignas(64) float part[9 * block_channels * tile];
      pack(first, block * block_channels, part);
      transform(part, to + (std::ptrdiff_t(first / tile) * padded(read) + block * block_channels) * tile, plane);
    });
  }

  static void transform(const float* part, float* to, std::ptrdiff_t plane) {
    constexpr int tap = block_channels * tile;
    for (int i = 0; i < tap; i += lanes<V>)
      transforms::template both_ways<3, 6, transforms::of_weight>(
          [&](int s, V(&column)[3]) { load_line(part + s * tap + i, 3 * tap, column); },
          [&](int r, const V(&points)[6]) { store_line(to + 6 * r * plane + i, plane, points); });
  }
};

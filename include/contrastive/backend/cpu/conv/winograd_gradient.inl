// SPDX-License-Identifier: MIT
// The gradient of a convolution's weights by Winograd's F(4×4, 3×3): the exact gradient of the same bilinear form,
//
//     dW = Gᵀ [ Σ over tiles (Bᵀ x B) ⊙ (A dy Aᵀ) ] G.                                      Read for each instruction set.

/// A tile of dy, or as much of it as lies in the image, as 36 points `plane` apart.
template <isa Set>
[[gnu::noinline]] void winograd_output_gradient(const float* dy, std::ptrdiff_t row_pitch, int rows, int columns,
                                                float* d, std::ptrdiff_t plane) {
  using V = floats<register_tile<Set>::lanes>;
  using transforms = winograd_transforms<V>;
  for (int c = 0; c < block_channels; c += lanes<V>)
    transforms::template both_ways<4, 6, transforms::of_output_gradient>(
        [&](int i, int j) {
          return i < rows && j < columns ? load<V>(dy + i * row_pitch + j * block_channels + c) : V{};
        },
        [&](int i, int j, const V& t) { store(d + (i * 6 + j) * plane + c, t); });
}

template <isa Set>
struct winograd_gradient {
  using multiply = gradient_tiles<Set>;

  /// gradient: packed as weight_packing's gradient reads it. workspace: winograd_workspace_size floats.
  static void backward_weights(workers& pool, const conv_shape& s, const float* x, const float* dy, float* gradient,
                               range_task before, float* workspace) {
    const winograd_gradient job{s, x, dy, workspace};
    const int images = winograd_gradient_images(s);
    for (int first = 0; first < s.images; first += images) {
      const int count = std::min(images, s.images - first);
      if (before) pool.run(count, [&](int i) { before(first + i, first + i + 1); });
      job.read(pool, first, count);
      job.products(pool, count, first == 0);
    }
    job.write(pool, gradient);
  }

  const conv_shape& s;
  const float *x, *dy;
  float* memory;
  winograd_pass p = winograd_forward_pass(s);
  int most = winograd_gradient_tiles(s);
  winograd_planes planes{memory, p, most};                                         // v of x, m of dy
  float* points = memory + winograd_points * (planes.v_plane + planes.m_plane);    // [36][K/32][C][32]

 private:
  void read(workers& pool, int first_image, int images) const {
    constexpr int share = 16;    // tiles of a task
    const int tiles = images * p.tiles_per_image(), shares = (tiles + share - 1) / share,
              x_blocks = blocks_of(s.channels);
    const image_pitches from = p.input(), to = p.output();
    pool.run((x_blocks + blocks_of(s.filters)) * shares, [&](int task) {
      const int block = task / shares, begin = task % shares * share, end = std::min(tiles, begin + share);
      for (int t = begin; t < end; ++t) {
        const winograd_tile tile = tile_at(p, first_image * p.tiles_per_image() + t);
        if (block < x_blocks)
          winograd_input<Set>(x + (block * from.block + tile.image * from.image), p, tile.row, tile.column,
                              planes.v + planes.at(block, t), planes.v_plane);
        else
          winograd_output_gradient<Set>(
              dy + ((block - x_blocks) * to.block + tile.image * to.image + tile.row * to.row + tile.column * to.pixel),
              to.row, tile.rows, tile.columns, planes.m + planes.at(block - x_blocks, t), planes.m_plane);
      }
    });
  }

  // points[point][k block][c][k] += Σ over tiles, for one point and one block of channels a task.
  void products(workers& pool, int images, bool first) const {
    constexpr int piece = 128;    // tiles in the first cache
    const int tiles = images * p.tiles_per_image(), x_blocks = blocks_of(s.channels), y_blocks = blocks_of(s.filters);
    pool.run(winograd_points * x_blocks, [&](int task) {
      const int point = task / x_blocks, x_block = task % x_blocks;
      const float *v = planes.v + point * planes.v_plane, *d = planes.m + point * planes.m_plane;
      float* to = points + (std::ptrdiff_t(point) * y_blocks * x_blocks + x_block) * block_channels * block_channels;
      for (int begin = 0; begin < tiles; begin += piece)
        for (int y_block = 0; y_block < y_blocks; ++y_block) {
          float* out = to + std::ptrdiff_t(y_block) * x_blocks * block_channels * block_channels;
          if (first && begin == 0) std::fill_n(out, block_channels * block_channels, 0.f);
          block_product(v + planes.at(x_block, begin), d + planes.at(y_block, begin), std::min(piece, tiles - begin),
                        out);
        }
    });
  }

  static void block_product(const float* v, const float* d, int tiles, float* out) {
    constexpr int parts = (block_channels + multiply::most_streams - 1) / multiply::most_streams;
    for (int part = 0; part < parts; ++part) {
      const int begin = block_channels * part / parts, end = block_channels * (part + 1) / parts;
      for (int filter = 0; filter < block_channels; filter += multiply::filters)
        multiply::of(end - begin)({.x = v + begin,
                                   .dy = d + filter,
                                   .loops = {{1, 0, 0}, {1, 0, 0}, {tiles, block_channels, block_channels}},
                                   .out = out + begin * block_channels + filter});
    }
  }

  void write(workers& pool, float* gradient) const {
    using V = floats<register_tile<Set>::lanes>;
    using transforms = winograd_transforms<V>;
    constexpr int square = block_channels * block_channels;
    const int pairs = blocks_of(s.channels) * blocks_of(s.filters);
    pool.run(pairs, [&](int pair) {
      for (int i = 0; i < square; i += lanes<V>)
        transforms::template both_ways<6, 3, transforms::of_weight_gradient>(
            [&](int r, int t) { return load<V>(points + (std::ptrdiff_t(r * 6 + t) * pairs + pair) * square + i); },
            [&](int r, int t, const V& w) {
              store(gradient + (std::ptrdiff_t(pair) * 9 + r * 3 + t) * square + i, w);
            });
    });
  }
};

// SPDX-License-Identifier: MIT
// The gradient of a convolution's weights by Winograd's F(4×4, 3×3): the exact gradient of the same bilinear form,
//
//     dW = Gᵀ [ Σ over tiles (Bᵀ x B) ⊙ (A dy Aᵀ) ] G.       Read for each instruction set.

inline constexpr winograd_row winograd_gradient_rows[6]{{1, {0}, {1}},
                                                        {4, {0, 1, 2, 3}, {1, 1, 1, 1}},
                                                        {4, {0, 1, 2, 3}, {1, -1, 1, -1}},
                                                        {4, {0, 1, 2, 3}, {1, 2, 4, 8}},
                                                        {4, {0, 1, 2, 3}, {1, -2, 4, -8}},
                                                        {1, {3}, {1}}};

/// A tile of dy, or as much of it as lies in the image, as 36 points `plane` apart.
template <isa Set>
[[gnu::noinline]] void winograd_output_gradient(const float* dy, std::ptrdiff_t row_pitch, int rows, int columns,
                                                float* d, std::ptrdiff_t plane) {
  using V = floats<register_tile<Set>::lanes>;
  using transforms = winograd_transforms<V>;
  prefetch_pixels(dy + 4 * row_pitch, row_pitch);
  const winograd_pixels<4> pixels(dy, row_pitch, 0, rows, 0, columns);
  for (int c = 0; c < block_channels; c += lanes<V>)
    transforms::template both_ways<4, 6, transforms::of_output_gradient>(
        [&](int j, V(&column)[4]) { pixels.load_column(j, c, column); },
        [&](int i, const V(&points)[6]) { store_line(d + 6 * i * plane + c, plane, points); });
}

template <isa Set>
struct winograd_gradient {
  using multiply = gradient_tiles<Set>;
  using V = floats<register_tile<Set>::lanes>;
  using transforms = winograd_transforms<V>;

  /// gradient: packed as weight_packing's gradient reads it. workspace: winograd_workspace_size floats.
  static void backward_weights(workers& pool, const conv_shape& s, const float* x, const float* dy, float* gradient,
                               range_task before, float* workspace) {
    CONTRASTIVE_CHECK(
        winograd_takes(s),
        "winograd_kernels: kernels of 3 x 3, stride 1, paddings below 3, blocked images (winograd_takes)");
    const winograd_gradient job{s, x, dy, workspace};
    if (before) pool.run(s.images, [&](int i) { before(i, i + 1); });
    pool.run(job.plan.tasks(), [&](int task, int thread) {
      const int per_slice = 6 / job.plan.rows;
      job.slice(task / per_slice, task % per_slice,
                workspace + std::size_t(job.plan.slices) * winograd_packed_size(s) +
                    std::size_t(thread) * winograd_gradient_planes(s));
    });
    job.write(pool, gradient);
  }

  const conv_shape& s;
  const float *x, *dy;
  float* products;    // [slices][36][K/32][C/32][32][32]
  winograd_gradient_plan plan = gradient_plan_of(s);
  winograd_pass p = winograd_forward_pass(s);

 private:
  static constexpr int square = block_channels * block_channels;

  // `part` counts the tasks of a slice: rows of points, if they are taken one by one.
  void slice(int number, int part, float* memory) const {
    const winograd_planes to(memory, p, plan.tiles, plan.points());    // v of x, m of dy
    float* sums = products + std::ptrdiff_t(number) * std::ptrdiff_t(winograd_packed_size(s)) +
                  std::ptrdiff_t(part) * plan.points() * pairs() * square;
    const int first = s.images * number / plan.slices, last = s.images * (number + 1) / plan.slices;
    for (int image = first; image < last; image += plan.images_per_pass) {
      const int images = std::min(plan.images_per_pass, last - image);
      read(image, images, part, to);
      for (int point = 0; point < plan.points(); ++point)
        multiply_point(point, images * p.tiles_per_image(), to, sums + std::ptrdiff_t(point) * pairs() * square,
                       image == first);
    }
  }
  int pairs() const { return blocks_of(s.channels) * blocks_of(s.filters); }

  void read(int first_image, int images, int part, const winograd_planes& to) const {
    const image_pitches in = p.input(), out = p.output();
    for (int block = 0; block < blocks_of(s.channels); ++block)
      each_tile(first_image, images, [&](int t, const winograd_tile& tile) {
        float* v = to.v + to.at(block, t);
        if (plan.rows == 6)
          winograd_input<Set>(x + (block * in.block + tile.image * in.image), p, tile.row, tile.column, v, to.v_plane);
        else winograd_input_row<Set>(x + block * in.block, p, tile, part, v, to.v_plane);
      });
    for (int block = 0; block < blocks_of(s.filters); ++block)
      each_tile(first_image, images, [&](int t, const winograd_tile& tile) {
        const float* from = dy +
                            (block * out.block + tile.image * out.image + tile.row * out.row + tile.column * out.pixel);
        float* m = to.m + to.at(block, t);
        if (plan.rows == 6) winograd_output_gradient<Set>(from, out.row, tile.rows, tile.columns, m, to.m_plane);
        else
          winograd_one_row<Set, 4, transforms::of_output_gradient>(from, out.row, winograd_gradient_rows[part],
                                                                   {0, tile.rows, 0, tile.columns}, m, to.m_plane);
      });
  }
  void each_tile(int first_image, int images, const auto& f) const {
    const int first = first_image * p.tiles_per_image();
    for (int t = 0; t < images * p.tiles_per_image(); ++t) f(t, tile_at(p, first + t));
  }

  // sums[k block][c block][c][k] = or += Σ over tiles, for one point.
  void multiply_point(int point, int tiles, const winograd_planes& from, float* sums, bool start) const {
    constexpr int piece = 128;    // tiles in the first cache
    const float *v = from.v + point * from.v_plane, *d = from.m + point * from.m_plane;
    for (int begin = 0; begin < tiles; begin += piece)
      for (int x_block = 0; x_block < blocks_of(s.channels); ++x_block)
        for (int y_block = 0; y_block < blocks_of(s.filters); ++y_block) {
          float* out = sums + std::ptrdiff_t(y_block * blocks_of(s.channels) + x_block) * square;
          if (start && begin == 0) std::fill_n(out, square, 0.f);
          block_product(v + from.at(x_block, begin), d + from.at(y_block, begin), std::min(piece, tiles - begin), out);
        }
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

  V sum_of_slices(int point, int pair, int i) const {    // in order
    const float* from = products + (std::ptrdiff_t(point) * pairs() + pair) * square + i;
    V sum = load<V>(from);
    for (int other = 1; other < plan.slices; ++other)
      sum += load<V>(from + std::ptrdiff_t(other) * std::ptrdiff_t(winograd_packed_size(s)));
    return sum;
  }

  void write(workers& pool, float* gradient) const {
    pool.run(pairs(), [&](int pair) {
      for (int i = 0; i < square; i += lanes<V>)
        transforms::template both_ways<6, 3, transforms::of_weight_gradient>(
            [&](int t, V(&column)[6]) {
#pragma GCC unroll 6
              for (int r = 0; r < 6; ++r) column[r] = sum_of_slices(6 * r + t, pair, i);
            },
            [&](int r, const V(&w)[3]) {
              store_line(gradient + (std::ptrdiff_t(pair) * 9 + r * 3) * square + i, square, w);
            });
    });
  }
};

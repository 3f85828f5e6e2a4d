// SPDX-License-Identifier: MIT
// The gradient of a convolution's weights. Read for each instruction set.
//
// The accumulators are some streams of x (channels that lie side by side) times 32 filters; pixels pass by. x and dy
// are taken in pieces that fit the second cache, since every tap and every stream reads them again; smaller pieces
// would leave the accumulators, which go to memory after each, too little to add. Each piece starts at zero: a sum of
// sums loses fewer digits than one long sum.

/// out[s][v] += Σ x[s]·dy[v] over three nested loops.
struct gradient_work {
  const float *x, *dy;
  extent loops[3];
  float* out;    // lines of 32
};

template <isa Set>
struct gradient_tiles {
  using tile = register_tile<Set>;
  using V = floats<tile::lanes>;
  static constexpr int lanes = tile::lanes, vectors = tile::stream_vectors, filters = lanes * vectors,
                       most_streams = tile::streams;
  using function = void (*)(const gradient_work&);

  template <int Streams>
  [[gnu::noinline]] static void run(const gradient_work& g) {
    V sum[Streams][vectors];
#pragma GCC unroll 16
    for (int s = 0; s < Streams; ++s)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sum[s][v] = V{};
    const auto& [outer, middle, inner] = g.loops;
    for (std::ptrdiff_t i = 0; i < outer.count; ++i)
      for (std::ptrdiff_t j = 0; j < middle.count; ++j) {
        const float* x = g.x + (i * outer.x_pitch + j * middle.x_pitch);
        const float* dy = g.dy + (i * outer.y_pitch + j * middle.y_pitch);
#pragma GCC unroll 2
        for (std::ptrdiff_t k = 0; k < inner.count; ++k, x += inner.x_pitch, dy += inner.y_pitch) {
          if constexpr (Streams < vectors) {    // hold the fewer in registers
            V stream[Streams];
#pragma GCC unroll 16
            for (int s = 0; s < Streams; ++s) stream[s] = splat<V>(x[s]);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
              const V d = load<V>(dy + v * lanes);
#pragma GCC unroll 16
              for (int s = 0; s < Streams; ++s) sum[s][v] = fma(stream[s], d, sum[s][v]);
            }
          } else {
            V d[vectors];
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) d[v] = load<V>(dy + v * lanes);
#pragma GCC unroll 16
            for (int s = 0; s < Streams; ++s) {
              const V stream = splat<V>(x[s]);
#pragma GCC unroll 4
              for (int v = 0; v < vectors; ++v) sum[s][v] = fma(stream, d[v], sum[s][v]);
            }
          }
        }
      }
#pragma GCC unroll 16
    for (int s = 0; s < Streams; ++s)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        float* out = g.out + s * block_channels + v * lanes;
        store(out, load<V>(out) + sum[s][v]);
      }
  }

  static function of(int streams) {
    return [&]<int... S>(std::integer_sequence<int, S...>) {
      static constexpr function all[] = {run<S + 1>...};
      return all[streams - 1];
    }(std::make_integer_sequence<int, most_streams>{});
  }
};

template <isa Set>
struct conv_gradient {
  using tiles = gradient_tiles<Set>;

  /// gradient: packed as weight_packing::gradient reads it. workspace: gradient_workspace_size floats.
  static void backward_weights(workers& pool, const conv_shape& s, const float* x, const float* dy, float* gradient,
                               float* workspace, range_task before) {
    CONTRASTIVE_CHECK(
        is_served(s),
        "conv_kernels: kernels of 1 to 7, strides of 1 to 4, paddings below the kernel, which fits its padded images");
    const int slices = gradient_slices(s), pairs = blocks_of(s.filters) * (s.rows ? 1 : blocks_of(s.channels));
    if (slices == 1) before_all(pool, s.images, before);
    pool.run(slices > 1 ? slices : pairs, [&](int task) {
      conv_gradient part{s, x, dy, slices > 1 ? workspace + std::size_t(task) * packed_size(s) : gradient};
      if (slices > 1) part.add(s.images * task / slices, s.images * (task + 1) / slices, 0, pairs, before);
      else part.add(0, s.images, task, task + 1, {});
    });
    if (slices > 1) add_slices(pool, workspace, gradient, packed_size(s), slices);
  }

 private:
  const conv_shape& s;
  const float *x, *dy;
  float* out;
  conv_pass pass = forward_pass(s);

  conv_gradient(const conv_shape& shape, const float* from, const float* gradient_of_output, float* to)
      : s(shape), x(from), dy(gradient_of_output), out(to) {}

  static void before_all(workers& pool, int images, range_task before) {
    if (before) pool.run(images, [&](int n) { before(n, n + 1); });
  }

  static constexpr int piece_size = 160 * 1024 / int(sizeof(float));
  // Floats of x and dy that `rows` rows of output touch, in one pair of blocks.
  int floats_of(int rows) const {
    return ((rows - 1) * s.stride + s.kernel_height) * s.width * pass.stored_channels() +
           rows * s.output_width() * block_channels;
  }

  void add(int first_image, int last_image, int first_pair, int last_pair, range_task before) {
    const std::size_t pair_size = std::size_t(pass.taps) * std::size_t(pass.stored_channels()) * block_channels;
    std::fill(out + std::size_t(first_pair) * pair_size, out + std::size_t(last_pair) * pair_size, 0.f);
    const int height = s.output_height();
    int rows = height;
    while (rows > 1 && floats_of(rows) > piece_size) --rows;
    const int images = rows < height ? 1 : std::max(1, piece_size / floats_of(height));
    for (int n = first_image; n < last_image; n += images) {
      const int count = std::min(images, last_image - n);
      before(n, n + count);
      for (int pair = first_pair; pair < last_pair; ++pair)
        for (int h = 0; h < height; h += rows)
          every_tap(piece_of(pair, n, count, out + std::size_t(pair) * pair_size), h, h + rows);
    }
  }

  /// Some images of one pair of blocks.
  struct piece {
    int images, channels, filters;
    const float *x, *dy;
    float* out;
  };
  piece piece_of(int pair, int n, int images, float* to) const {
    const int from = pair % pass.input_blocks(), filter_block = pair / pass.input_blocks();
    return {images,
            pass.channels_in(from),
            std::min(block_channels, s.filters - filter_block * block_channels),
            x + (from * pass.input.block + n * pass.input.image),
            dy + (filter_block * pass.output.block + n * pass.output.image),
            to};
  }

  // What the output's rows first … last − 1 give.
  void every_tap(const piece& p, int first, int last) const {
    for (int r = 0; r < s.kernel_height; ++r) {
      const stretch row = part_of(outputs_of(pass.rows, r), first, last);
      if (row.count == 0) continue;
      if (pass.dense)    // taps of a row lie side by side, like channels
        for (const stretch& column : cut(pass.columns)) tap(p, row, column, column.taps * s.channels);
      else
        for (int t = 0; t < s.kernel_width; ++t) tap(p, row, outputs_of(pass.columns, t), p.channels);
    }
  }

  void tap(const piece& p, const stretch& row, const stretch& column, int streams) const {
    if (column.count == 0 || streams == 0) return;
    const std::ptrdiff_t tap = row.first_tap * pass.input.row + column.first_tap * pass.input.pixel;
    const float* x_start = p.x + (pass.input_at(0, row.first, column.first) + tap);
    const float* dy_start = p.dy + pass.output_at(0, row.first, column.first);
    float* out_start = p.out +
                       (row.first_tap * s.kernel_width + column.first_tap) * pass.stored_channels() * block_channels;
    gradient_work work{.x = x_start,
                       .dy = dy_start,
                       .loops = {pass.image_loop(p.images), pass.row_loop(row.count), pass.column_loop(column.count)},
                       .out = out_start};
    if (column.count == 1) std::swap(work.loops[1], work.loops[2]);
    const int parts = (streams + tiles::most_streams - 1) / tiles::most_streams;
    for (int part = 0; part < parts; ++part) {
      const int first = streams * part / parts, last = streams * (part + 1) / parts;
      for (int filter = 0; filter < p.filters; filter += tiles::filters) {
        work.x = x_start + first;
        work.dy = dy_start + filter;
        work.out = out_start + first * block_channels + filter;
        tiles::of(last - first)(work);
      }
    }
  }

  static void add_slices(workers& pool, const float* parts, float* sum, std::size_t size, int slices) {
    using V = typename tiles::V;
    constexpr std::size_t share = 4096;
    pool.run(int((size + share - 1) / share), [&](int task) {
      for (std::size_t i = std::size_t(task) * share; i < std::min(size, std::size_t(task + 1) * share);
           i += tiles::lanes) {
        V total = load<V>(parts + i);
        for (int slice = 1; slice < slices; ++slice) total += load<V>(parts + std::size_t(slice) * size + i);
        store(sum + i, total);
      }
    });
  }
};

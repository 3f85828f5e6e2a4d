// SPDX-License-Identifier: MIT
// A convolution, and the gradient of its input, by Winograd's F(4×4, 3×3). Read for each instruction set.

/// Some points of the transformed tiles of a group of images: v of what is read, m of the products or of what is
/// written; planes of [blocks][tiles][32].
struct winograd_planes {
  float *v, *m;
  int tiles;
  std::ptrdiff_t v_plane, m_plane;

  winograd_planes(float* memory, const winograd_pass& p, int many, int points = winograd_points)
      : v(memory),
        m(memory + std::size_t(points) * winograd_plane(many, p.channels)),
        tiles(many),
        v_plane(std::ptrdiff_t(winograd_plane(many, p.channels))),
        m_plane(std::ptrdiff_t(winograd_plane(many, p.filters))) {}
  std::ptrdiff_t at(int block, int tile) const { return (std::ptrdiff_t(block) * tiles + tile) * block_channels; }
};

/// x's tile from (row, column) on, inputs outside of the image being zero, as 36 points `plane` apart.
template <isa Set>
[[gnu::noinline]] void winograd_input(const float* image, const winograd_pass& p, int row, int column, float* v,
                                      std::ptrdiff_t plane) {
  using V = floats<register_tile<Set>::lanes>;
  using transforms = winograd_transforms<V>;
  const image_pitches pitch = p.input();
  row -= p.padding_height, column -= p.padding_width;
  const float* corner = image + (row * pitch.row + column * pitch.pixel);
  prefetch_pixels(corner + 6 * pitch.row + pitch.pixel, pitch.row);
  const winograd_pixels<6> x(corner, pitch.row, -row, p.height - row, -column, p.width - column);
  for (int c = 0; c < block_channels; c += lanes<V>)
    transforms::template both_ways<6, 6, transforms::of_input>(
        [&](int j, V(&line)[6]) { x.load_column(j, c, line); },
        [&](int i, const V(&points)[6]) { store_line(v + 6 * i * plane + c, plane, points); });
}

/// The points of one row of a tile, `plane` apart: a row of a transform has at most four terms.
struct winograd_row {
  int terms, from[4];
  float factor[4];
};
inline constexpr winograd_row winograd_input_rows[6]{
    {3, {0, 2, 4}, {4, -5, 1}},        {4, {1, 2, 3, 4}, {-4, -4, 1, 1}}, {4, {1, 2, 3, 4}, {4, -4, -1, 1}},
    {4, {1, 2, 3, 4}, {-2, -1, 2, 1}}, {4, {1, 2, 3, 4}, {2, -1, -2, 1}}, {3, {1, 3, 5}, {4, -5, 1}}};

/// Of a tile only rows and columns first … last − 1 lie in the image.
struct winograd_inside {
  int first_row, last_row, first_column, last_column;
};
constexpr winograd_row winograd_terms(const winograd_row& row, const winograd_inside& in) {
  winograd_row left{};
  for (int k = 0; k < row.terms; ++k)
    if (row.from[k] >= in.first_row && row.from[k] < in.last_row)
      left.from[left.terms] = row.from[k], left.factor[left.terms++] = row.factor[k];
  return left;
}

/// One row of the points of a tile of In columns, from rows `pitch` apart.
template <isa Set, int In, auto T>
[[gnu::noinline]] void winograd_one_row(const float* tile, std::ptrdiff_t pitch, const winograd_row& row,
                                        const winograd_inside& in, float* points, std::ptrdiff_t plane) {
  using V = floats<register_tile<Set>::lanes>;
  const winograd_row terms = winograd_terms(row, in);
  for (int c = 0; c < block_channels; c += lanes<V>) {
    V half[In]{}, out[6];
    for (int k = 0; k < terms.terms; ++k) {
      const float* from = tile + terms.from[k] * pitch + c;
      const V factor = splat<V>(terms.factor[k]);
      if (in.first_column == 0 && in.last_column == In) {
#pragma GCC unroll 6
        for (int j = 0; j < In; ++j) half[j] = fma(factor, load<V>(from + j * block_channels), half[j]);
      } else {
#pragma GCC unroll 6
        for (int j = 0; j < In; ++j)
          if (j >= in.first_column && j < in.last_column)
            half[j] = fma(factor, load<V>(from + j * block_channels), half[j]);
      }
    }
    T(half, out);
#pragma GCC unroll 6
    for (int j = 0; j < 6; ++j) store(points + j * plane + c, out[j]);
  }
}

/// One row of the points of winograd_input, of a tile of a block of images.
template <isa Set>
void winograd_input_row(const float* images, const winograd_pass& p, const winograd_tile& tile, int row, float* v,
                        std::ptrdiff_t plane) {
  const image_pitches pitch = p.input();
  const int top = tile.row - p.padding_height, left = tile.column - p.padding_width;
  winograd_one_row<Set, 6, winograd_transforms<floats<register_tile<Set>::lanes>>::of_input>(
      images + (tile.image * pitch.image + top * pitch.row + left * pitch.pixel), pitch.row, winograd_input_rows[row],
      {-top, p.height - top, std::max(0, -left), std::min(6, p.width - left)}, v, plane);
}

/// 36 points as a tile of outputs, or as much of it as lies in the image.
template <isa Set>
[[gnu::noinline]] void winograd_output(const float* m, std::ptrdiff_t plane, bool accumulate, int rows, int columns,
                                       float* y, std::ptrdiff_t row_pitch) {
  using V = floats<register_tile<Set>::lanes>;
  using transforms = winograd_transforms<V>;
  prefetch_pixels(y + 4 * row_pitch, row_pitch);
  for (int c = 0; c < block_channels; c += lanes<V>)
    transforms::template both_ways<6, 4, transforms::of_output>(
        [&](int j, V(&column)[6]) { load_line(m + j * plane + c, 6 * plane, column); },
        [&](int i, const V(&row)[4]) {
          if (i >= rows) return;
          float* to = y + i * row_pitch + c;
#pragma GCC unroll 4
          for (int j = 0; j < 4; ++j, to += block_channels)
            if (j < columns) store(to, accumulate ? load<V>(to) + row[j] : row[j]);
        });
}

template <isa Set>
struct winograd {
  using multiply = conv_tiles<Set>;

  static void forward(workers& pool, const conv_shape& s, const float* x, const float* packed, float* y,
                      const epilogue& after, range_task before, float* workspace) {
    CONTRASTIVE_CHECK(
        winograd_takes(s),
        "winograd_kernels: kernels of 3 x 3, stride 1, paddings below 3, blocked images (winograd_takes)");
    winograd{winograd_forward_pass(s), x, packed, y, after, before}.run(pool, workspace);
  }
  static void backward_data(workers& pool, const conv_shape& s, const float* dy, const float* packed, float* dx,
                            const epilogue& after, range_task before, float* workspace) {
    CONTRASTIVE_CHECK(
        winograd_takes(s),
        "winograd_kernels: kernels of 3 x 3, stride 1, paddings below 3, blocked images (winograd_takes)");
    winograd{winograd_backward_pass(s), dy, packed, dx, after, before}.run(pool, workspace);
  }

  winograd_pass p;
  const float *x, *packed;
  float* y;
  const epilogue& after;
  range_task before;
  winograd_plan plan = plan_of(p);

 private:
  struct range {
    int first, last;
    int count() const { return last - first; }
  };
  int all_chunks() const { return chunks(p.images, p.out_height * p.out_width); }
  int groups() const { return (all_chunks() + plan.chunks_per_group - 1) / plan.chunks_per_group; }
  range chunks_of(int group) const {
    return {group * plan.chunks_per_group, std::min(all_chunks(), (group + 1) * plan.chunks_per_group)};
  }
  range tiles_of(range chunk) const {
    return {chunk.first * plan.chunk * p.tiles_per_image(),
            std::min(p.images, chunk.last * plan.chunk) * p.tiles_per_image()};
  }

  void run(workers& pool, float* workspace) const {
    if (plan.shared)
      for (int group = 0; group < groups(); ++group) run_together(pool, chunks_of(group), {workspace, p, plan.tiles});
    else
      pool.run(groups(), [&](int group, int thread) {
        run_alone(chunks_of(group), {workspace + std::size_t(thread) * winograd_scratch(p), p, plan.tiles});
      });
  }

  // One task takes some chunks through all steps, some tiles at a time.
  void run_alone(range chunks, const winograd_planes& planes) const {
    for (int chunk = chunks.first; chunk < chunks.last; ++chunk) prepare(chunk), clear_sums(chunk);
    const range tiles = tiles_of(chunks);
    const int passes = (tiles.count() + plan.tiles - 1) / plan.tiles;
    for (int pass = 0; pass < passes; ++pass) {
      const range part{tiles.first + tiles.count() * pass / passes, tiles.first + tiles.count() * (pass + 1) / passes};
      read(part, part.first, planes);
      for (int point = 0; point < winograd_points; ++point) products(point, part.count(), planes);
      write(part, part.first, planes);
    }
  }

  // All threads share a group: the weights of a point are read once for it. Few threads take whole rows of points, so
  // that they need not read what another has just written; where there are more of them, that would leave some without
  // work.
  void run_together(workers& pool, range chunks, const winograd_planes& planes) const {
    const range tiles = tiles_of(chunks);
    pool.run(chunks.count(), [&](int i) { prepare(chunks.first + i); });
    if (pool.threads() <= 3)
      pool.run(6, [&](int row) {
        read_row(row, tiles, tiles.first, planes);
        for (int point = 6 * row; point < 6 * (row + 1); ++point) products(point, tiles.count(), planes);
      });
    else {
      pool.run(6 * chunks.count(), [&](int task) {
        const int chunk = chunks.first + task / 6;
        read_row(task % 6, tiles_of({chunk, chunk + 1}), tiles.first, planes);
      });
      pool.run(winograd_points, [&](int point) { products(point, tiles.count(), planes); });
    }
    pool.run(chunks.count(), [&](int i) {
      clear_sums(chunks.first + i);
      write(tiles_of({chunks.first + i, chunks.first + i + 1}), tiles.first, planes);
    });
  }

  void prepare(int chunk) const { before(chunk * plan.chunk, std::min(p.images, (chunk + 1) * plan.chunk)); }
  float* sums_of(int chunk) const { return after.sums + std::size_t(chunk) * sums_size(1, p.filters); }
  void clear_sums(int chunk) const {
    if (after.sums) std::fill_n(sums_of(chunk), sums_size(1, p.filters), 0.f);
  }

  // `origin` is the tile that lies first in the planes.
  void read(range tiles, int origin, const winograd_planes& planes) const {
    const image_pitches pitch = p.input();
    for (int block = 0; block < blocks_of(p.channels); ++block)
      for (int t = tiles.first; t < tiles.last; ++t) {
        const winograd_tile tile = tile_at(p, t);
        winograd_input<Set>(x + (block * pitch.block + tile.image * pitch.image), p, tile.row, tile.column,
                            planes.v + planes.at(block, t - origin), planes.v_plane);
      }
  }

  void read_row(int row, range tiles, int origin, const winograd_planes& planes) const {
    const image_pitches pitch = p.input();
    for (int block = 0; block < blocks_of(p.channels); ++block)
      for (int t = tiles.first; t < tiles.last; ++t)
        winograd_input_row<Set>(x + block * pitch.block, p, tile_at(p, t), row,
                                planes.v + 6 * row * planes.v_plane + planes.at(block, t - origin), planes.v_plane);
  }

  // m[point] = v[point]·weights[point] for some tiles: the direct convolution's register tile with tiles as its pixels.
  void products(int point, int tiles, const winograd_planes& planes) const {
    for (int filter = 0; filter < padded(p.filters); filter += multiply::channels)
      for (int block = 0; block < blocks_of(p.channels); block += most_blocks)
        product(point, filter, block, tiles, planes);
  }

  static constexpr int most_blocks = 64;    // of channels, at a time

  void product(int point, int filter, int first_block, int tiles, const winograd_planes& planes) const {
    const int used = std::clamp((p.filters - filter + multiply::lanes - 1) / multiply::lanes, 0, multiply::vectors);
    const int weights = point * (padded(p.filters) / multiply::channels) + filter / multiply::channels;
    tap_run runs[most_blocks];
    tile_work work{.x_pitch = block_channels,
                   .w = packed + std::ptrdiff_t(weights) * padded(p.channels) * multiply::channels,
                   .runs = runs,
                   .run_count = used == 0 ? 0 : std::min(most_blocks, blocks_of(p.channels) - first_block),
                   .y_pitch = block_channels,
                   .resume = first_block > 0};
    for (int i = 0; i < work.run_count; ++i) {
      const int channel = (first_block + i) * block_channels;
      runs[i] = {planes.at(first_block + i, 0), std::ptrdiff_t(channel) * multiply::channels,
                 std::min(block_channels, p.channels - channel)};
    }
    const int parts = (tiles + multiply::tile::pixels - 1) / multiply::tile::pixels;
    for (int part = 0; part < parts; ++part) {
      const int begin = tiles * part / parts, end = tiles * (part + 1) / parts;
      work.x = planes.v + point * planes.v_plane + begin * block_channels;
      work.y = planes.m + point * planes.m_plane + planes.at(filter / block_channels, begin) + filter % block_channels;
      multiply::of(end - begin, used)(work);
    }
  }

  void write(range tiles, int origin, const winograd_planes& planes) const {
    const image_pitches pitch = p.output();
    for (int block = 0; block < blocks_of(p.filters); ++block) {
      patch_sums some;
      for (int t = tiles.first; t < tiles.last; ++t) {
        const winograd_tile tile = tile_at(p, t);
        const std::ptrdiff_t at = block * pitch.block + tile.image * pitch.image + tile.row * pitch.row +
                                  tile.column * pitch.pixel;
        winograd_output<Set>(planes.m + planes.at(block, t - origin), planes.m_plane, after.accumulate, tile.rows,
                             tile.columns, y + at, pitch.row);
        if (after.does_something()) conv_epilogue<Set>::finish(after, patch(tile, block, at, some));
        if (after.sums && ends_sums(t, tiles))
          some.add_to(sums_of(tile.image / plan.chunk) + block * 3 * block_channels, block_channels);
      }
    }
  }
  // A sum takes some tiles of one image.
  bool ends_sums(int tile, range tiles) const {
    constexpr int most_tiles = 64;
    const int of_image = tile % p.tiles_per_image() + 1;
    return tile + 1 == tiles.last || of_image == p.tiles_per_image() || of_image % most_tiles == 0;
  }

  output_patch patch(const winograd_tile& tile, int block, std::ptrdiff_t at, patch_sums& some) const {
    return {.y = y + at,
            .offset = at,
            .rows = tile.rows,
            .row_pitch = p.output().row,
            .pixels = tile.columns,
            .pixel_pitch = block_channels,
            .channels = block_channels,
            .bias = after.bias ? after.bias + block * block_channels : nullptr,
            .sums = after.sums ? some.values : nullptr};
  }
};

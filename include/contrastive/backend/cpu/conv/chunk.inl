// SPDX-License-Identifier: MIT
// The loops around the tiles, for one chunk of images. Read for each instruction set.
//
// Panels of rows > channels of a tile > blocks of input channels > stretches that see the same taps > tiles: the weights of
// one pair of blocks stay in the caches while a panel's pixels pass by.

template <isa Set>
struct conv_chunk {
  using tiles = conv_tiles<Set>;
  static constexpr int panel_pixels = 1024;

  int first_image, images;
  const epilogue& after;
  float* sums;    // of this chunk: [channels/32][3][32]

  void run(const conv_pass& pass, const float* x, const float* packed, float* y) const {
    const stretches rows = cut(pass.rows), columns = cut(pass.columns);
    const int panel = std::max(1, panel_pixels / std::max(1, pass.columns.outputs));
    for (int first = 0; first < pass.rows.outputs; first += panel)
      for (int channel = 0; channel < padded(pass.output_channels); channel += tiles::channels)
        for (int from = 0; from < pass.input_blocks(); ++from)
          for (const stretch& row : rows) {
            const int begin = std::max(row.first, first), end = std::min(row.first + row.count, first + panel);
            if (begin >= end) continue;
            for (const stretch& column : columns)
              stripe(pass, {begin, end - begin, row.first_tap, row.taps}, column, channel, from, x, packed, y);
          }
  }

 private:
  // All outputs of one stretch of rows and columns, for one tile of channels and one block of input channels.
  void stripe(const conv_pass& pass, const stretch& row, const stretch& column, int channel, int from, const float* x,
              const float* packed, float* y) const {
    tap_run runs[7 * 7];
    const int used = std::clamp((pass.output_channels - channel + tiles::lanes - 1) / tiles::lanes, 0, tiles::vectors);
    const int run_count = used == 0 ? 0 : list_runs(pass, row, column, from, runs);
    const bool first = from == 0, last = from == pass.input_blocks() - 1;
    const std::ptrdiff_t lines = std::ptrdiff_t(pass.taps) * pass.stored_channels() *
                                 tiles::channels;    // of weights, per block
    const std::ptrdiff_t y_start = channel / block_channels * pass.output.block + channel % block_channels +
                                   first_image * pass.output.image +
                                   (pass.rows.first + row.first * pass.rows.step) * pass.output.row +
                                   (pass.columns.first + column.first * pass.columns.step) * pass.output.pixel;
    const std::ptrdiff_t x_start = from * pass.input.block + first_image * pass.input.image +
                                   (row.first * pass.rows.stride - pass.rows.padding) * pass.input.row +
                                   (column.first * pass.columns.stride - pass.columns.padding) * pass.input.pixel;
    const extent loops[3] = {
        {images, pass.input.image, pass.output.image},
        {row.count, pass.rows.stride * pass.input.row, pass.rows.step * pass.output.row},
        {column.count, pass.columns.stride * pass.input.pixel, pass.columns.step * pass.output.pixel}};
    tile_work work{.x = x,
                   .x_pitch = 0,
                   .w = packed + (std::ptrdiff_t(channel / tiles::channels) * pass.input_blocks() + from) * lines,
                   .runs = runs,
                   .run_count = run_count,
                   .y = y,
                   .y_pitch = 0,
                   .resume = !first || after.accumulate};
    const bool finish = last && after.does_something();
    tile_by_tile(loops, [&](std::ptrdiff_t x_at, std::ptrdiff_t y_at, const extent& line, int pixels) {
      work.x = x + (x_start + x_at);
      work.y = y + (y_start + y_at);
      work.x_pitch = line.x_pitch;
      work.y_pitch = line.y_pitch;
      tiles::of(pixels, used)(work);
      if (finish)
        conv_epilogue<Set>::finish(
            after, work.y, y_start + y_at, line.y_pitch, pixels, after.bias ? after.bias + channel : nullptr,
            sums ? sums + channel / block_channels * 3 * block_channels + channel % block_channels : nullptr);
    });
  }

  // The taps of a stretch as runs over memory: a row of taps is one run where pixels touch each other.
  static int list_runs(const conv_pass& pass, const stretch& row, const stretch& column, int from, tap_run* runs) {
    const int channels = pass.channels_in(from), lines = pass.stored_channels();
    const bool joined = channels == lines;
    int count = 0;
    for (int r = row.first_tap; r < row.first_tap + row.taps; ++r)
      for (int s = column.first_tap; s < column.first_tap + column.taps; s += joined ? column.taps : 1) {
        const int position = (pass.rows.tap_position + r) * pass.taps_per_row + pass.columns.tap_position + s;
        runs[count++] = {r * pass.input.row + s * pass.input.pixel, std::ptrdiff_t(position) * lines * tiles::channels,
                         joined ? std::ptrdiff_t(column.taps) * channels : channels};
      }
    return count;
  }

  // Tiles lie along that of the three loops which leaves the fullest ones.
  template <class F>
  static void tile_by_tile(const extent (&loops)[3], const F& f) {
    int along = 2;
    for (int other : {0, 1})
      if (cost(loops, other) < cost(loops, along)) along = other;
    const extent &line = loops[along], &outer = loops[along == 0 ? 1 : 0], &inner = loops[along == 2 ? 1 : 2];
    const std::ptrdiff_t parts = (line.count + tiles::tile::pixels - 1) / tiles::tile::pixels;
    for (std::ptrdiff_t i = 0; i < outer.count; ++i)
      for (std::ptrdiff_t j = 0; j < inner.count; ++j)
        for (std::ptrdiff_t part = 0; part < parts; ++part) {
          const std::ptrdiff_t begin = line.count * part / parts, end = line.count * (part + 1) / parts;
          f(i * outer.x_pitch + j * inner.x_pitch + begin * line.x_pitch,
            i * outer.y_pitch + j * inner.y_pitch + begin * line.y_pitch, line, int(end - begin));
        }
  }
  // In steps of the arithmetic units: a tile of few pixels waits for its own sums.
  static std::ptrdiff_t cost(const extent (&loops)[3], int along) {
    const std::ptrdiff_t count = loops[along].count, parts = (count + tiles::tile::pixels - 1) / tiles::tile::pixels;
    const std::ptrdiff_t others = loops[0].count * loops[1].count * loops[2].count / count;
    return others * std::max(4 * parts, count) * 16 + others * parts;
  }
};

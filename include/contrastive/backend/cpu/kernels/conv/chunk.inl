// SPDX-License-Identifier: MIT
// The loops around the tiles, for one chunk of images. Read for each instruction set.
//
// Panels of rows > channels of a tile > blocks of input channels > stretches that see the same taps > tiles: the
// weights of some pairs of blocks stay in the caches while a panel's pixels pass by.

template <isa Set>
struct conv_chunk {
  using tiles = conv_tiles<Set>;
  static constexpr int panel_pixels = 1024;
  static constexpr int most_lines = 9;    // taps × blocks of input channels whose weights a tile reads at once

  int first_image, images;
  const epilogue& after;
  float* sums;    // of this chunk: [channels/32][3][32]

  void run(const conv_pass& pass, const float* x, const float* packed, float* y) const {
    const stretches rows = cut(pass.rows), columns = cut(pass.columns);
    const int panel = std::max(1, panel_pixels / std::max(1, pass.columns.outputs));
    const int blocks = std::max(1, most_lines / std::max(1, pass.rows.taps * pass.columns.taps));
    for (int first = 0; first < pass.rows.outputs; first += panel)
      for (int channel = 0; channel < padded(pass.output_channels); channel += tiles::channels) {
        patch_sums some;
        for (int from = 0; from < pass.input_blocks(); from += blocks)
          for (const stretch& row : rows)
            if (const stretch part = part_of(row, first, first + panel); part.count > 0)
              for (const stretch& column : columns)
                run({pass, part, column, channel, from, std::min(from + blocks, pass.input_blocks()), some}, x, packed,
                    y);
        if (sums) some.add_to(sums_of(channel), tiles::channels);
      }
  }

 private:
  /// Outputs that see the same taps, of one tile of channels, and what some blocks of input channels add to them.
  struct stripe {
    const conv_pass& pass;
    const stretch &row, &column;
    int channel, from, to;
    patch_sums& sums;

    bool first() const { return from == 0; }
    bool last() const { return to == pass.input_blocks(); }
    int used_vectors() const {
      return std::clamp((pass.output_channels - channel + tiles::lanes - 1) / tiles::lanes, 0, tiles::vectors);
    }
    std::ptrdiff_t x() const { return pass.input_at(0, row.first, column.first); }
    std::ptrdiff_t y() const {
      return channel / block_channels * pass.output.block + channel % block_channels +
             pass.output_at(0, row.first, column.first);
    }
    std::ptrdiff_t weights_of_block() const {
      return std::ptrdiff_t(pass.taps) * pass.stored_channels() * tiles::channels;
    }
    std::ptrdiff_t weights() const { return channel / tiles::channels * pass.input_blocks() * weights_of_block(); }
  };

  void run(const stripe& s, const float* x, const float* packed, float* y) const {
    tap_run runs[7 * 7];
    const int used = s.used_vectors();
    tile_work work{.w = packed + s.weights(),
                   .runs = runs,
                   .run_count = used > 0 ? list_runs(s, runs) : 0,
                   .resume = !s.first() || after.accumulate};
    const std::ptrdiff_t x_start = s.x() + first_image * s.pass.input.image,
                         y_start = s.y() + first_image * s.pass.output.image;
    const bool finish = s.last() && after.does_something();
    const extent loops[3] = {s.pass.image_loop(images), s.pass.row_loop(s.row.count),
                             s.pass.column_loop(s.column.count)};
    tile_by_tile(loops, [&](std::ptrdiff_t x_at, std::ptrdiff_t y_at, const extent& line, int pixels) {
      work.x = x + (x_start + x_at);
      work.y = y + (y_start + y_at);
      work.x_pitch = line.x_pitch;
      work.y_pitch = line.y_pitch;
      tiles::of(pixels, used)(work);
      if (finish) conv_epilogue<Set>::finish(after, patch(work, y_start + y_at, pixels, s));
    });
  }

  float* sums_of(int channel) const {
    return sums + channel / block_channels * 3 * block_channels + channel % block_channels;
  }
  output_patch patch(const tile_work& work, std::ptrdiff_t offset, int pixels, const stripe& s) const {
    return {.y = work.y,
            .offset = offset,
            .rows = 1,
            .row_pitch = 0,
            .pixels = pixels,
            .pixel_pitch = work.y_pitch,
            .channels = tiles::channels,
            .bias = after.bias ? after.bias + s.channel : nullptr,
            .sums = sums ? s.sums.values : nullptr};
  }

  // The taps of a stretch as runs over memory: a row of taps is one run where pixels touch each other.
  static int list_runs(const stripe& s, tap_run* runs) {
    const conv_pass& pass = s.pass;
    const int lines = pass.stored_channels();
    int count = 0;
    for (int block = s.from; block < s.to; ++block) {
      const int channels = pass.channels_in(block);
      const int taps = channels == lines ? s.column.taps : 1;    // of a run
      for (int r = s.row.first_tap; r < s.row.first_tap + s.row.taps; ++r)
        for (int t = s.column.first_tap; t < s.column.first_tap + s.column.taps; t += taps) {
          const int position = (pass.rows.tap_position + r) * pass.taps_per_row + pass.columns.tap_position + t;
          runs[count++] = {.x = block * pass.input.block + r * pass.input.row + t * pass.input.pixel,
                           .w = block * s.weights_of_block() + std::ptrdiff_t(position) * lines * tiles::channels,
                           .length = std::ptrdiff_t(taps) * channels};
        }
    }
    return count;
  }

  // Tiles lie along that of the three loops which fills them best.
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
  // In steps of the arithmetic units (a tile of few pixels waits for its own sums), and a little for each tile.
  static std::ptrdiff_t cost(const extent (&loops)[3], int along) {
    const std::ptrdiff_t count = loops[along].count, parts = (count + tiles::tile::pixels - 1) / tiles::tile::pixels;
    const std::ptrdiff_t lines = loops[0].count * loops[1].count * loops[2].count / count;
    return lines * (16 * std::max(4 * parts, count) + parts);
  }
};

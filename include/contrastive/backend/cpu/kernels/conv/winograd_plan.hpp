// SPDX-License-Identifier: MIT
#pragma once
// Winograd's F(4×4, 3×3) of a convolution at run time: its tiles, and how they are cut into passes (Lavin & Gray 2016).
//
// The outputs are cut into tiles of 4 × 4. A tile's 6 × 6 inputs are transformed into 36 points; every point is a
// matrix product of its own over the channels, tiles × channels × filters; 36 results of a tile are transformed into
// its outputs. That is 36 products for 144, and some loss of digits: about 1e-6 forward and 1e-5 for the weights,
// relative.
#include <contrastive/backend/cpu/kernels/conv/operands.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// 3 × 3 kernels of stride 1 on blocked images, paddings 0 … 2.
constexpr bool winograd_takes(const conv_shape& s) {
  return s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 && s.padding_height < 3 && s.padding_width < 3 &&
         !s.rows;
}

/// Useful products of a direct convolution per image, channel and filter: taps on padding are skipped.
constexpr std::ptrdiff_t direct_products(const conv_shape& s) {
  const auto along = [](int out, int in, int padding) {
    std::ptrdiff_t taps = 0;
    for (int i = 0; i < out; ++i)
      for (int r = 0; r < 3; ++r) taps += i + r - padding >= 0 && i + r - padding < in;
    return taps;
  };
  return along(s.output_height(), s.height, s.padding_height) * along(s.output_width(), s.width, s.padding_width);
}

inline constexpr int winograd_points = 36, winograd_gap = 64;    // floats between planes: no two at the same cache set

/// Transformed weights of either direction.
constexpr std::size_t winograd_packed_size(const conv_shape& s) {
  return std::size_t(winograd_points) * std::size_t(padded(s.channels)) * std::size_t(padded(s.filters));
}

/// One direction's images in tiles.
struct winograd_pass {
  int images, channels, filters;               // read and written
  int height, width, out_height, out_width;    // of the images that are read and of those that are written
  int padding_height, padding_width;

  constexpr int tile_rows() const { return (out_height + 3) / 4; }
  constexpr int tile_columns() const { return (out_width + 3) / 4; }
  constexpr int tiles_per_image() const { return tile_rows() * tile_columns(); }
  constexpr image_pitches input() const { return image_pitches::blocked(images, height, width); }
  constexpr image_pitches output() const { return image_pitches::blocked(images, out_height, out_width); }
};

constexpr winograd_pass winograd_forward_pass(const conv_shape& s) {
  return {s.images,          s.channels,       s.filters,        s.height,       s.width,
          s.output_height(), s.output_width(), s.padding_height, s.padding_width};
}
constexpr winograd_pass winograd_backward_pass(const conv_shape& s) {
  return {s.images, s.filters, s.channels,           s.output_height(),  s.output_width(),
          s.height, s.width,   2 - s.padding_height, 2 - s.padding_width};
}

/// One tile: which image, which outputs, how many of them exist.
struct winograd_tile {
  int image, row, column, rows, columns;
};
constexpr winograd_tile tile_at(const winograd_pass& p, int t) {
  const int in_image = t % p.tiles_per_image(), row = in_image / p.tile_columns() * 4,
            column = in_image % p.tile_columns() * 4;
  return {t / p.tiles_per_image(), row, column, std::min(4, p.out_height - row), std::min(4, p.out_width - column)};
}

/// Planes of one number per tile and channel: [36][channels/32][tiles][32].
constexpr std::size_t winograd_plane(int tiles, int channels) {
  return std::size_t(tiles) * std::size_t(padded(channels)) + winograd_gap;
}

// ---- passes over some tiles -----------------------------------------------------------------------------------------

/// Where a pass's weights are small, a task takes some chunks of images through all three steps, `tiles` at a time, in
/// a second cache of its own. Where they are large, all threads share each step of a group of images, so that the
/// weights are read once for a group.
struct winograd_plan {
  bool shared;
  int chunk, chunks_per_group;    // images of a chunk, chunks of a task or group
  int tiles;                      // at a time
};

constexpr winograd_plan plan_of(const winograd_pass& p) {
  const int pixels = p.out_height * p.out_width, chunk = images_per_chunk(pixels), all = chunks(p.images, pixels);
  const int tiles = chunk * p.tiles_per_image();    // of a chunk
  if (padded(p.channels) * padded(p.filters) > 256 * 256) {
    const int most = (5 << 20) / winograd_points / (padded(p.channels) + padded(p.filters));    // 20 MB of planes
    const int groups = (all + std::clamp(most / tiles, 1, all) - 1) / std::clamp(most / tiles, 1, all);
    const int group = (all + groups - 1) / groups;    // of equal size
    return {true, chunk, group, group * tiles};
  }
  const int group = std::clamp(64 / tiles, 1, std::max(1, all / 8));    // some tasks for every thread
  const int passes = (group * tiles + 63) / 64;
  return {false, chunk, group, (group * tiles + passes - 1) / passes};
}

constexpr std::size_t winograd_scratch(const winograd_pass& p) {
  return winograd_points * (winograd_plane(plan_of(p).tiles, p.channels) + winograd_plane(plan_of(p).tiles, p.filters));
}
constexpr std::size_t winograd_scratch(const winograd_pass& p, int threads) {
  return winograd_scratch(p) * std::size_t(plan_of(p).shared ? 1 : threads);
}

/// Whether Winograd's way is the faster one. Measured: its products cost 1.3 times a direct one's, transforms included,
/// and packing the weights costs as much as 530 products.
constexpr bool winograd_pays(const conv_shape& s) {
  const std::ptrdiff_t tiles = winograd_forward_pass(s).tiles_per_image();
  return winograd_takes(s) && s.images * direct_products(s) > s.images * tiles * winograd_points * 13 / 10 + 530;
}

// ---- the gradient of the weights ------------------------------------------------------------------------------------

/// A task takes a slice of the batch through all steps by itself: no thread reads what another has just written. Six of
/// the 36 points make a row, for which a tile need not be transformed whole. Where images are small, or channels many,
/// a task takes one row, so that its products stay in its cache; else all, since images would be read six times.
struct winograd_gradient_plan {
  int slices, rows;       // of the batch; rows of points that a task takes: 6 or 1
  int images_per_pass;    // transformed, then multiplied, at a time
  int tiles;              // of these images

  constexpr int points() const { return 6 * rows; }
  constexpr int tasks() const { return slices * 6 / rows; }
};

constexpr winograd_gradient_plan gradient_plan_of(const conv_shape& s) {
  const int products = padded(s.channels) * padded(s.filters), tiles = winograd_forward_pass(s).tiles_per_image();
  const bool one_row = tiles <= 16 || products > 128 * 128;
  const int enough = one_row ? 512 : 128, most = !one_row ? 8 : products <= 64 * 64 ? 4 : products <= 128 * 128 ? 2 : 1;
  const int slices = std::clamp(s.images * tiles / enough, 1, std::min(s.images, most));
  const int in_slice = (s.images + slices - 1) / slices;
  const int images = std::clamp((one_row ? 128 : 144) / tiles, 1, in_slice);
  return {slices, one_row ? 1 : 6, images, images * tiles};
}

/// Floats of the planes of one task, and of one slice's products: [36][filters/32][channels/32][32][32].
constexpr std::size_t winograd_gradient_planes(const conv_shape& s) {
  const winograd_gradient_plan plan = gradient_plan_of(s);
  return std::size_t(plan.points()) * (winograd_plane(plan.tiles, s.channels) + winograd_plane(plan.tiles, s.filters));
}
constexpr std::size_t winograd_gradient_scratch(const conv_shape& s, int threads) {
  const winograd_gradient_plan plan = gradient_plan_of(s);
  return std::size_t(threads) * winograd_gradient_planes(s) +    // any thread may take any task
         std::size_t(plan.slices) * winograd_packed_size(s);
}

/// Floats of workspace that any of the three passes needs with so many threads.
constexpr std::size_t winograd_workspace_size(const conv_shape& s, int threads) {
  return std::max({winograd_scratch(winograd_forward_pass(s), threads),
                   winograd_scratch(winograd_backward_pass(s), threads), winograd_gradient_scratch(s, threads)});
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

// SPDX-License-Identifier: MIT
#pragma once
// Winograd's F(4×4, 3×3) of a convolution at run time: its tiles, and how they are cut into passes (Lavin & Gray 2016).
//
// The outputs are cut into tiles of 4 × 4. A tile's 6 × 6 inputs are transformed into 36 points; every point is a matrix
// product of its own over the channels, tiles × channels × filters; 36 results of a tile are transformed into its outputs.
// That is 36 products for 144, and some loss of digits: about 1e-6 forward and 1e-5 for the weights, relative.
#include <contrastive/backend/cpu/conv/operands.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// 3 × 3 kernels of stride 1 on blocked images, paddings 0 … 2.
constexpr bool winograd_takes(const conv_shape& s) {
  return s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 && s.padding_height < 3 && s.padding_width < 3 &&
         !s.rows;
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

// ---- passes over some tiles ---------------------------------------------------------------------------------------------------

/// Where a pass's weights are small, a task takes some chunks of images through all three steps, `tiles` at a time, in a
/// second cache of its own. Where they are large, all threads share each step of a group of images, so that the weights
/// are read once for a group.
struct winograd_plan {
  bool shared;
  int chunk, chunks_per_group;    // images of a chunk, chunks of a task or group
  int tiles;                      // at a time
};

constexpr winograd_plan plan_of(const winograd_pass& p) {
  const int pixels = p.out_height * p.out_width, chunk = images_per_chunk(pixels), all = chunks(p.images, pixels);
  const int tiles = chunk * p.tiles_per_image();    // of a chunk
  if (padded(p.channels) * padded(p.filters) > 256 * 256) {
    const int most = (4 << 20) / winograd_points / (padded(p.channels) + padded(p.filters));    // 16 MB of planes
    const int group = std::clamp(most / tiles, 1, all);
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

// ---- the gradient of the weights ------------------------------------------------------------------------------------------------

/// Images that are transformed, and then multiplied, at a time: some 2 MB of the larger planes, but enough tiles to be worth
/// a visit to the products, which are large where channels are many.
constexpr int winograd_gradient_images(const conv_shape& s) {
  const int most = std::max(144,
                            (2 << 18) / winograd_points / std::max(padded(s.channels), padded(s.filters)));    // tiles
  const int images = std::clamp(most / winograd_forward_pass(s).tiles_per_image(), 1, s.images);
  const int groups = (s.images + images - 1) / images;
  return (s.images + groups - 1) / groups;
}
constexpr int winograd_gradient_tiles(const conv_shape& s) {
  return winograd_gradient_images(s) * winograd_forward_pass(s).tiles_per_image();
}
constexpr std::size_t winograd_gradient_scratch(const conv_shape& s) {
  const int tiles = winograd_gradient_tiles(s);
  return winograd_points * (winograd_plane(tiles, s.channels) + winograd_plane(tiles, s.filters)) +
         winograd_packed_size(s);
}

/// Floats of workspace that any of the three passes needs with so many threads.
constexpr std::size_t winograd_workspace_size(const conv_shape& s, int threads) {
  return std::max({winograd_scratch(winograd_forward_pass(s), threads),
                   winograd_scratch(winograd_backward_pass(s), threads), winograd_gradient_scratch(s)});
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

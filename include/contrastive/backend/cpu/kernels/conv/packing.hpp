// SPDX-License-Identifier: MIT
#pragma once
// Between row-major memory, which everybody sees, and the blocks that the convolutions want.
//
//     images     (n, h, w, c)     <->  [C/32][n][h·w][32]
//     weights    (k, r, s, c)      ->  [K/T][C/32][r·s][32 c][T k]   forward; T: channels of the set's register tile
//                                  ->  [C/T][K/32][taps][32 k][T c]  for the gradient of the input, taps phase by phase
//                                  <-  [K/32][C/32][r·s][32 c][32 k]     the gradient of the weights
// Under a row-major input 32 c is as many as there are, and C/32 is one. Lanes behind the last channel are zero.
#include <contrastive/backend/cpu/kernels/conv/geometry.hpp>
#include <contrastive/backend/cpu/kernels/simd.hpp>
#include <contrastive/backend/cpu/kernels/workers.hpp>

#include <cstring>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

// ---- images ---------------------------------------------------------------------------------------------------------

/// Rows [first, last) of row-major images into a batch of `images` blocked ones.
inline void pack_images(const float* rows, float* to, int images, int pixels, int channels, int first, int last) {
  for (int b = 0; b < blocks_of(channels); ++b) {
    const std::size_t count = std::size_t(std::min(block_channels, channels - b * block_channels));
    const std::ptrdiff_t begin = std::ptrdiff_t(first) * pixels, end = std::ptrdiff_t(last) * pixels;
    for (std::ptrdiff_t p = begin; p < end; ++p) {
      float* line = to + (std::ptrdiff_t(b) * images * pixels + p) * block_channels;
      std::memcpy(line, rows + p * channels + b * block_channels, count * sizeof(float));
      std::fill(line + count, line + block_channels, 0.f);
    }
  }
}

/// The way back.
inline void unpack_images(const float* from, float* rows, int images, int pixels, int channels, int first, int last) {
  for (int b = 0; b < blocks_of(channels); ++b) {
    const std::size_t count = std::size_t(std::min(block_channels, channels - b * block_channels));
    const std::ptrdiff_t begin = std::ptrdiff_t(first) * pixels, end = std::ptrdiff_t(last) * pixels;
    for (std::ptrdiff_t p = begin; p < end; ++p)
      std::memcpy(rows + p * channels + b * block_channels,
                  from + (std::ptrdiff_t(b) * images * pixels + p) * block_channels, count * sizeof(float));
  }
}

// ---- weights --------------------------------------------------------------------------------------------------------

/// to[j][i] = from[i][j] for `lines` lines of `count` numbers, four by four in registers.
inline void transpose(const float* from, std::ptrdiff_t from_pitch, int lines, int count, float* to,
                      std::ptrdiff_t to_pitch) {
  for (int i = 0; i < lines; i += 4)
    for (int j = 0; j < count; j += 4) {
      const float* a = from + i * from_pitch + j;
      float* b = to + j * to_pitch + i;
      if (i + 4 > lines || j + 4 > count) {
        for (int k = 0; k < std::min(4, lines - i); ++k)
          for (int l = 0; l < std::min(4, count - j); ++l) b[l * to_pitch + k] = a[k * from_pitch + l];
        continue;
      }
      transpose_four(a, from_pitch, b, to_pitch);
    }
}

/// Weights of one convolution; `tile` is conv_kernels::tile_channels of the instruction set that will read them.
struct weight_packing {
  const conv_shape& s;

  /// With `scale`, filter k is multiplied by scale[k] (batch-norm folded into an inference's weights).
  void forward(workers& pool, int tile, const float* weight, const float* scale, float* to) const {
    const int c_blocks = s.rows ? 1 : blocks_of(s.channels);
    const std::ptrdiff_t size = std::ptrdiff_t(s.taps()) * (s.rows ? s.channels : block_channels) * tile;
    pool.run(padded(s.filters) / tile * c_blocks, [&](int task) {
      forward_part(tile, weight, scale, task / c_blocks * tile, task % c_blocks * block_channels, to + task * size);
    });
  }
  void backward(workers& pool, int tile, const float* weight, float* to) const {
    const int k_blocks = blocks_of(s.filters);
    const std::ptrdiff_t size = std::ptrdiff_t(s.taps()) * block_channels * tile;
    pool.run(padded(s.channels) / tile * k_blocks, [&](int task) {
      backward_part(tile, weight, task % k_blocks * block_channels, task / k_blocks * tile, to + task * size);
    });
  }

  /// [r·s][c][tile]: the filters from k0 on and a block of channels from c0 on.
  void forward_part(int tile, const float* weight, const float* scale, int k0, int c0, float* to) const {
    const int lines = s.rows ? s.channels : block_channels;
    const int filters = std::clamp(s.filters - k0, 0, tile), channels = std::min(lines, s.channels - c0);
    for (int t = 0; t < s.taps(); ++t) {
      float* part = to + std::ptrdiff_t(t) * lines * tile;
      if (filters < tile || channels < lines) std::fill_n(part, lines * tile, 0.f);
      transpose(weight + at(k0, t, c0), at(1, 0, 0), filters, channels, part, tile);
      for (int line = 0; scale && line < channels; ++line)
        for (int k = 0; k < filters; ++k) part[line * tile + k] *= scale[k0 + k];
    }
  }

  /// [taps in backward_position][k][tile]: a block of filters from k0 on and the channels from c0 on.
  void backward_part(int tile, const float* weight, int k0, int c0, float* to) const {
    const int channels = std::clamp(s.channels - c0, 0, tile), filters = std::min(block_channels, s.filters - k0);
    for (int t = 0; t < s.taps(); ++t) {
      const int position = backward_position(t / s.kernel_width, s.kernel_height, s.stride) * s.kernel_width +
                           backward_position(t % s.kernel_width, s.kernel_width, s.stride);
      float* part = to + std::ptrdiff_t(position) * block_channels * tile;
      if (channels < tile || filters < block_channels) std::fill_n(part, block_channels * tile, 0.f);
      for (int k = 0; k < filters; ++k)
        std::memcpy(part + k * tile, weight + at(k0 + k, t, c0), std::size_t(channels) * sizeof(float));
    }
  }

  /// The packed gradient as (k, r, s, c).
  void gradient(workers& pool, const float* packed, float* d_weight) const {
    const int c_blocks = s.rows ? 1 : blocks_of(s.channels), lines = s.rows ? s.channels : block_channels;
    pool.run(blocks_of(s.filters) * c_blocks, [&](int task) {
      const int k0 = task / c_blocks * block_channels, c0 = task % c_blocks * block_channels;
      const int filters = std::min(block_channels, s.filters - k0),
                channels = s.rows ? s.channels : std::min(block_channels, s.channels - c0);
      for (int t = 0; t < s.taps(); ++t)
        transpose(packed + (std::ptrdiff_t(task) * s.taps() + t) * lines * block_channels, block_channels, channels,
                  filters, d_weight + at(k0, t, c0), at(1, 0, 0));
    });
  }

 private:
  std::ptrdiff_t at(int k, int tap, int c) const { return (std::ptrdiff_t(k) * s.taps() + tap) * s.channels + c; }
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

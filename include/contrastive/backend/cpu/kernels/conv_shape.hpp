// SPDX-License-Identifier: MIT
#pragma once
// The sizes of one convolution at run time, and what follows from them alone: extents, memory, the cut into chunks.
//
// Blocked images are [channels/32][n][h][w][32]; lanes behind the last channel are finite in inputs and zero in
// outputs.
#include <contrastive/backend/cpu/kernels/target.hpp>

#include <algorithm>
#include <cstddef>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline constexpr int block_channels = 32;    // that lie together

constexpr int blocks_of(int channels) { return (channels + block_channels - 1) / block_channels; }
constexpr int padded(int channels) { return blocks_of(channels) * block_channels; }

/// Kernels of 1 … 7, strides of 1 … 4, paddings below the kernel; sizes of images and channels from 1 on.
struct conv_shape {
  int images = 1, height = 1, width = 1, channels = 1;    // of the input
  int filters = 1;                                        // channels of the output
  int kernel_height = 3, kernel_width = 3;
  int stride = 1;
  int padding_height = 1, padding_width = 1;
  bool rows = false;    // the input is row-major (n, h, w, c), as a network's images are; no gradient for it

  constexpr int output_height() const { return (height + 2 * padding_height - kernel_height) / stride + 1; }
  constexpr int output_width() const { return (width + 2 * padding_width - kernel_width) / stride + 1; }
  constexpr int taps() const { return kernel_height * kernel_width; }
  constexpr int input_pixels() const { return height * width; }
  constexpr int output_pixels() const { return output_height() * output_width(); }
  constexpr int stored_channels() const { return rows ? channels : padded(channels); }
};

/// What the kernels serve.
constexpr bool is_served(const conv_shape& s) {
  const auto axis = [](int size, int kernel, int padding) {
    return size > 0 && kernel >= 1 && kernel <= 7 && padding >= 0 && padding < kernel && size + 2 * padding >= kernel;
  };
  return s.images >= 0 && s.channels > 0 && s.filters > 0 && s.stride >= 1 && s.stride <= 4 &&
         axis(s.height, s.kernel_height, s.padding_height) && axis(s.width, s.kernel_width, s.padding_width);
}

/// Floats of a blocked image batch.
constexpr std::size_t blocked_size(int images, int pixels, int channels) {
  return std::size_t(images) * std::size_t(pixels) * std::size_t(padded(channels));
}
/// Floats of packed weights, of either direction.
constexpr std::size_t packed_size(const conv_shape& s) {
  return std::size_t(padded(s.filters)) * std::size_t(s.taps()) * std::size_t(s.stored_channels());
}

// ---- chunks: images that one task works on, from its prologue to its epilogue ---------------------------------------
// They depend on the shape alone, so every sum has its order whatever the number of threads and the instruction set.

constexpr int images_per_chunk(int pixels) { return std::clamp(256 / pixels, 1, 16); }
constexpr int chunks(int images, int pixels) {
  return (images + images_per_chunk(pixels) - 1) / images_per_chunk(pixels);
}
/// How many parts the sums of a forward pass come in (and of a backward pass, over the input's pixels).
constexpr int forward_chunks(const conv_shape& s) { return chunks(s.images, s.output_pixels()); }
constexpr int backward_chunks(const conv_shape& s) { return chunks(s.images, s.input_pixels()); }
/// Floats of an epilogue's sums: [chunks][channels/32][3][32].
constexpr std::size_t sums_size(int chunks, int channels) {
  return std::size_t(chunks) * std::size_t(padded(channels)) * 3;
}

// ---- slices of the batch for gradients of weights -------------------------------------------------------------------

/// Few pairs of blocks: every task takes all pairs for a slice of the batch, and slices are added up in order.
/// Many: a task takes one pair for the whole batch.
constexpr int gradient_slices(const conv_shape& s) {
  const int pairs = blocks_of(s.filters) * (s.rows ? 1 : blocks_of(s.channels));
  return pairs <= 32 ? std::min(16, s.images) : 1;
}
/// Floats of workspace that backward_weights needs beside its result.
constexpr std::size_t gradient_workspace_size(const conv_shape& s) {
  return gradient_slices(s) > 1 ? std::size_t(gradient_slices(s)) * packed_size(s) : 0;
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

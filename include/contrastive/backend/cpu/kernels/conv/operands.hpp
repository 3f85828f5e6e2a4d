// SPDX-License-Identifier: MIT
#pragma once
// What a convolution's tiles read and write: plain addresses and pitches, the same for every instruction set.
#include <contrastive/backend/cpu/kernels/conv/geometry.hpp>
#include <contrastive/backend/cpu/kernels/isa.hpp>
#include <contrastive/backend/cpu/kernels/range_task.hpp>
#include <contrastive/backend/cpu/kernels/workers.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// What happens to an output z when its last channel block has been added, in this order; everything is optional.
///
/// Images are blocked like the output, `bias` is padded(channels) numbers. None of them may overlap the output, except
/// that `accumulate` starts from what the output holds.
struct epilogue {
  bool accumulate = false;
  const float* bias = nullptr;
  const float* add = nullptr;
  bool relu = false;
  const float* mask = nullptr;    // z = mask > 0 ? z : 0
  float* sums = nullptr;          // [chunks][channels/32][3][32]: Σz, Σz·y2 (Σz² without one), Σz·y3 (with y2)
  const float* y2 = nullptr;
  const float* y3 = nullptr;

  constexpr bool changes_outputs() const { return bias || add || relu || mask; }
  constexpr bool does_something() const { return changes_outputs() || sums; }
};

/// A straight row of products: x[i] with the i-th line of weights.
struct tap_run {
  std::ptrdiff_t x, w, length;
};

/// Outputs y[p·y_pitch] = Σ over runs of x[p·x_pitch + …]·w, for the pixels p of one register tile.
struct tile_work {
  const float* x = nullptr;
  std::ptrdiff_t x_pitch = 0;
  const float* w = nullptr;
  const tap_run* runs = nullptr;
  int run_count = 0;
  float* y = nullptr;
  std::ptrdiff_t y_pitch = 0;
  bool resume = false;    // start from y instead of zero
};

/// One of three nested loops (images, rows, columns) and how far a step of it goes.
struct extent {
  std::ptrdiff_t count, x_pitch, y_pitch;
};

/// Memory of a batch of images.
struct image_pitches {
  std::ptrdiff_t pixel, row, image, block;

  static constexpr image_pitches blocked(int images, int height, int width) {
    const std::ptrdiff_t pixel = block_channels, row = pixel * width, image = row * height;
    return {pixel, row, image, image * images};
  }
  static constexpr image_pitches row_major(int height, int width, int channels) {
    const std::ptrdiff_t pixel = channels, row = pixel * width;
    return {pixel, row, row * height, 0};
  }
};

/// A convolution without its numbers: a forward pass, or one phase of the gradient of the input.
struct conv_pass {
  conv_axis rows, columns;
  int images, input_channels, output_channels;
  int taps, taps_per_row;    // as the weights are packed
  bool dense;                // the input's pixels touch each other: row-major, not blocked
  image_pitches input, output;

  constexpr int input_blocks() const { return dense ? 1 : blocks_of(input_channels); }
  constexpr int channels_in(int input_block) const {
    return dense ? input_channels : std::min(block_channels, input_channels - input_block * block_channels);
  }
  constexpr int stored_channels() const {
    return dense ? input_channels : block_channels;
  }    // lines of weights per tap

  /// Where output (row, column) of an image lies, and the input that its tap (0, 0) would meet.
  constexpr std::ptrdiff_t output_at(int image, int row, int column) const {
    return image * output.image + (rows.first + row * rows.step) * output.row +
           (columns.first + column * columns.step) * output.pixel;
  }
  constexpr std::ptrdiff_t input_at(int image, int row, int column) const {
    return image * input.image + (row * rows.stride - rows.padding) * input.row +
           (column * columns.stride - columns.padding) * input.pixel;
  }
  constexpr extent image_loop(int count) const { return {count, input.image, output.image}; }
  constexpr extent row_loop(int count) const { return {count, rows.stride * input.row, rows.step * output.row}; }
  constexpr extent column_loop(int count) const {
    return {count, columns.stride * input.pixel, columns.step * output.pixel};
  }
};

constexpr conv_pass forward_pass(const conv_shape& s) {
  return {.rows = forward_axis(s.height, s.kernel_height, s.stride, s.padding_height),
          .columns = forward_axis(s.width, s.kernel_width, s.stride, s.padding_width),
          .images = s.images,
          .input_channels = s.channels,
          .output_channels = s.filters,
          .taps = s.taps(),
          .taps_per_row = s.kernel_width,
          .dense = s.rows,
          .input = s.rows ? image_pitches::row_major(s.height, s.width, s.channels)
                          : image_pitches::blocked(s.images, s.height, s.width),
          .output = image_pitches::blocked(s.images, s.output_height(), s.output_width())};
}

constexpr conv_pass backward_pass(const conv_shape& s, int row_phase, int column_phase) {
  return {.rows = backward_axis(s.height, s.kernel_height, s.stride, s.padding_height, row_phase),
          .columns = backward_axis(s.width, s.kernel_width, s.stride, s.padding_width, column_phase),
          .images = s.images,
          .input_channels = s.filters,
          .output_channels = s.channels,
          .taps = s.taps(),
          .taps_per_row = s.kernel_width,
          .dense = false,
          .input = image_pitches::blocked(s.images, s.output_height(), s.output_width()),
          .output = image_pitches::blocked(s.images, s.height, s.width)};
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

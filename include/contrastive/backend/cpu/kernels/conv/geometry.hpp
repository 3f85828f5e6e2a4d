// SPDX-License-Identifier: MIT
#pragma once
// Which taps of a convolution meet the image where: every output position belongs to a stretch that sees the same taps.
//
// Taps that would meet only padding are never computed, and no image is ever copied into a bordered one. Along one axis
// output o reads input o·stride − padding + tap; the gradient of the input is, for each phase i mod stride, a
// convolution of stride 1 over the gradient of the output with every stride-th tap, in reverse.
#include <contrastive/backend/cpu/kernels/conv_shape.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// One axis of a convolution, or of one phase of its gradient.
struct conv_axis {
  int outputs, inputs, taps, stride, padding;
  int first = 0, step = 1;    // where its outputs lie along the image's axis
  int tap_position = 0;       // where its taps lie in the packed weights
};

/// `count` outputs from `first` on, all of which see `taps` taps from `first_tap` on.
struct stretch {
  int first = 0, count = 0, first_tap = 0, taps = 0;
};

struct stretches {
  stretch list[2 * 7 + 2];    // at most 6 cut positions on either side
  int count = 0;

  constexpr const stretch* begin() const { return list; }
  constexpr const stretch* end() const { return list + count; }
};

/// The taps that output `o` sees.
constexpr stretch taps_at(const conv_axis& a, int o) {
  const int start = o * a.stride - a.padding;
  const int first = std::max(0, -start), last = std::min(a.taps, a.inputs - start);
  return first < last ? stretch{o, 1, first, last - first} : stretch{o, 1, 0, 0};
}

/// The outputs that see tap `t`.
constexpr stretch outputs_of(const conv_axis& a, int t) {
  const int first = std::max(0, (a.padding - t + a.stride - 1) / a.stride);
  const int last = a.inputs - 1 + a.padding - t < 0
                       ? 0
                       : std::min(a.outputs, (a.inputs - 1 + a.padding - t) / a.stride + 1);
  return {first, std::max(0, last - first), t, 1};
}

/// The outputs of s between `begin` and `end`.
constexpr stretch part_of(const stretch& s, int begin, int end) {
  const int first = std::max(s.first, begin), last = std::min(s.first + s.count, end);
  return {first, std::max(0, last - first), s.first_tap, s.taps};
}

/// An axis from end to end.
constexpr stretches cut(const conv_axis& a) {
  stretches all;
  for (int o = 0; o < a.outputs; ++o) {
    const stretch here = taps_at(a, o);
    stretch& last = all.list[all.count == 0 ? 0 : all.count - 1];
    if (all.count > 0 && last.first_tap == here.first_tap && last.taps == here.taps) ++last.count;
    else all.list[all.count++] = here;
  }
  return all;
}

constexpr conv_axis forward_axis(int inputs, int taps, int stride, int padding) {
  return {(inputs + 2 * padding - taps) / stride + 1, inputs, taps, stride, padding};
}

/// Phase `phase` of `stride`: the inputs i = phase + stride·a, reading the gradient of the outputs.
constexpr conv_axis backward_axis(int inputs, int taps, int stride, int padding, int phase) {
  const int outputs = (inputs + 2 * padding - taps) / stride + 1;
  const int first_tap = (phase + padding) % stride;    // taps first_tap + stride·m meet output (i + padding)/stride − m
  const int its_taps = first_tap < taps ? (taps - first_tap + stride - 1) / stride : 0;
  int position = 0;
  for (int other = 0; other < first_tap; ++other) position += (taps - other + stride - 1) / stride;
  return {.outputs = (inputs - phase + stride - 1) / stride,
          .inputs = outputs,
          .taps = its_taps,
          .stride = 1,
          .padding = its_taps - 1 - (phase + padding) / stride,
          .first = phase,
          .step = stride,
          .tap_position = position};
}

/// Where tap t lies in weights that are packed for the gradient of the input: phase by phase, each in reverse.
constexpr int backward_position(int t, int taps, int stride) {
  int position = 0;
  for (int other = 0; other < t % stride; ++other) position += (taps - other + stride - 1) / stride;
  return position + (taps - t % stride - 1) / stride - t / stride;
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

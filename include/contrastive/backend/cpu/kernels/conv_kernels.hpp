// SPDX-License-Identifier: MIT
#pragma once
// Direct convolution on blocked images: three passes for every instruction set, chosen at run time.
//
//     const conv_kernels& conv = conv_kernels_for(best_isa());
//     weight_packing{shape}.forward(pool, conv.tile_channels, weight, nullptr, packed);
//     conv.forward(pool, shape, x, packed, y, {.relu = true}, {});
//
// Results depend on the shape and the instruction set, never on the number of threads.
#include <contrastive/backend/cpu/kernels/conv/operands.hpp>
#include <contrastive/backend/cpu/kernels/conv/packing.hpp>

#include <utility>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// One instruction set's passes. `before(first, last)` is called by each task for the images that it is about to read.
struct conv_kernels {
  isa set;
  int tile_channels;    // how weights are packed for it: a divisor of 32

  /// y: blocked, (n, oh, ow, filters). x: blocked, or row-major where s.rows. packed: weight_packing::forward.
  /// after.sums: forward_chunks(s) chunks.
  void (*forward)(workers&, const conv_shape& s, const float* x, const float* packed, float* y, const epilogue& after,
                  range_task before);

  /// dx, dy: blocked. packed: weight_packing::backward. after.sums: backward_chunks(s) chunks. `before` is given chunks
  /// of dy.
  void (*backward_data)(workers&, const conv_shape& s, const float* dy, const float* packed, float* dx,
                        const epilogue& after, range_task before);

  /// gradient: packed_size(s) floats for weight_packing::gradient. workspace: gradient_workspace_size(s) floats.
  void (*backward_weights)(workers&, const conv_shape& s, const float* x, const float* dy, float* gradient,
                           float* workspace, range_task before);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/conv/kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const conv_kernels& conv_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return conv_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

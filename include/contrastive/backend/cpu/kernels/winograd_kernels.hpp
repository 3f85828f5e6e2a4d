// SPDX-License-Identifier: MIT
#pragma once
// 3 × 3 convolutions of stride 1 by Winograd's F(4×4, 3×3): some 2.3 times as fast as direct ones, and a digit less
// exact.
//
// The same passes, layouts, chunks, prologues and epilogues as in conv_kernels.hpp; the weights are packed otherwise,
// and every pass has a workspace. The packed gradient is the direct one's.
#include <contrastive/backend/cpu/kernels/conv/winograd_plan.hpp>
#include <contrastive/backend/cpu/kernels/conv_kernels.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// One instruction set's passes, for shapes that `winograd_takes`.
struct winograd_kernels {
  isa set;

  /// weight: (k, r, s, c), filter k times scale[k] if given. packed: winograd_packed_size(s) floats.
  void (*pack_forward)(workers&, const conv_shape& s, const float* weight, const float* scale, float* packed);
  void (*pack_backward)(workers&, const conv_shape& s, const float* weight, float* packed);

  /// workspace: winograd_workspace_size(s, pool.threads()) floats.
  void (*forward)(workers&, const conv_shape& s, const float* x, const float* packed, float* y, const epilogue& after,
                  range_task before, float* workspace);
  void (*backward_data)(workers&, const conv_shape& s, const float* dy, const float* packed, float* dx,
                        const epilogue& after, range_task before, float* workspace);

  /// gradient: packed_size(s) floats for weight_packing::gradient. `before` is called once for each image.
  void (*backward_weights)(workers&, const conv_shape& s, const float* x, const float* dy, float* gradient,
                           range_task before, float* workspace);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/conv/winograd_kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const winograd_kernels& winograd_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return winograd_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

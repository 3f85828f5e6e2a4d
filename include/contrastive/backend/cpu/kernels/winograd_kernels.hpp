// SPDX-License-Identifier: MIT
#pragma once
// 3 × 3 convolutions of stride 1 by Winograd's F(4×4, 3×3): some 2.3 times as fast as direct ones, and a digit less exact.
//
// The same passes, layouts, chunks, prologues and epilogues as in conv_kernels.hpp; the weights are packed otherwise, and
// every pass has a workspace. The packed gradient is the direct one's.
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

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/conv/winograd_kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <isa Set>
constexpr const winograd_kernels& winograd_kernels_of() {
#if defined(CONTRASTIVE_HAS_AVX512)
  if constexpr (Set == isa::avx512) return avx512_code::winograd_table<Set>;
#endif
#if defined(CONTRASTIVE_HAS_AVX2)
  if constexpr (Set == isa::avx2) return avx2_code::winograd_table<Set>;
#endif
#if defined(CONTRASTIVE_HAS_PORTABLE)
  if constexpr (Set == isa::portable) return portable_code::winograd_table<Set>;
#endif
}

inline const winograd_kernels& winograd_kernels_for(isa set) {
#if defined(CONTRASTIVE_NATIVE)
  (void)set;    // the device holds it to be this one
  return winograd_kernels_of<native_isa>();
#else
#if defined(__x86_64__)
  if (set == isa::avx512) return winograd_kernels_of<isa::avx512>();
  if (set == isa::avx2) return winograd_kernels_of<isa::avx2>();
#endif
  return winograd_kernels_of<isa::portable>();
#endif
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

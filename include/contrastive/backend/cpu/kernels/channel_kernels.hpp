// SPDX-License-Identifier: MIT
#pragma once
// What happens to blocked images between convolutions: batch-norm's affine map, skips, relu, and their gradients.
//
// Each function works on a few images and runs inside a task, on data that its caller reads or has just written.
#include <contrastive/backend/cpu/kernels/conv_shape.hpp>
#include <contrastive/backend/cpu/kernels/isa.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Images first … first + count − 1 of a blocked batch [blocks][images][pixels][32].
struct image_range {
  int blocks, images, pixels;
  int first, count;
  constexpr std::ptrdiff_t offset(int block) const {
    return (std::ptrdiff_t(block) * images + first) * pixels * block_channels;
  }
};

constexpr bool is_inside(const image_range& r) {
  return r.blocks > 0 && r.pixels > 0 && r.first >= 0 && r.count >= 0 && r.first + r.count <= r.images;
}

/// y = scale·raw + shift [+ skip_scale·skip + skip_shift, or + skip], rectified if `relu`.
struct normalization {
  const float* raw;                                            // [blocks][images][pixels][32]
  const float *scale, *shift;                                  // (padded channels)
  const float* skip = nullptr;                                 // like raw
  const float *skip_scale = nullptr, *skip_shift = nullptr;    // (padded channels)
  float* y;                                                    // like raw
  bool relu;
};

/// d_raw = a·dz + b·raw + c: the gradient behind a batch-norm.
struct denormalization {
  const float *dz, *raw;     // [blocks][images][pixels][32]
  const float *a, *b, *c;    // (padded channels)
  float* d_raw;              // like dz
};

/// dz = dy where `positive` > 0 (everywhere without it), and Σdz, Σdz·y2, Σdz·y3 per channel: [channels/32][3][32].
/// dy is blocked, or `even`: one value for each channel of the (single) image, times `share`.
struct masking {
  const float* dy = nullptr;      // [blocks][images][pixels][32]
  const float* even = nullptr;    // (padded channels)
  float share = 1;
  const float *positive = nullptr, *y2 = nullptr, *y3 = nullptr;    // like dy
  float* dz;                                                        // like dy
};

/// One instruction set's functions.
struct channel_kernels {
  void (*normalize)(const image_range&, const normalization&);
  void (*denormalize)(const image_range&, const denormalization&);
  void (*mask)(const image_range&, const masking&, float* sums);
  void (*average)(const image_range&, const float* x, float* mean);    // of one image: (padded channels)
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/channel_kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const channel_kernels& channel_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return channel_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

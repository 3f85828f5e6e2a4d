// SPDX-License-Identifier: MIT
#pragma once
// Batch-norm of vectors: a strip of channels, all rows of the batch, by one task, so no sum is shared.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include <algorithm>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// `count` channels of a row-major batch; pointers below are to the first row's first of them.
struct row_strip {
  static constexpr int most = 32;
  int rows, count;
  std::ptrdiff_t pitch;    // from row to row
};

constexpr bool is_strip(const row_strip& s) {
  return s.rows > 0 && s.count > 0 && s.count <= row_strip::most && s.pitch >= s.count;
}

/// y = scale·(x − mean) + shift, rectified if `relu`.
struct row_affine {
  const float* x;                       // (rows, count)
  const float *mean, *scale, *shift;    // (count)
  float* y;                             // (rows, count)
  bool relu;
};

/// dz = dy where y > 0 (everywhere without y), in dy's place; Σdz and Σdz·(x − mean).
struct row_gradient {
  const float *x, *y;       // (rows, count)
  const float* mean;        // (count)
  float* dy;                // (rows, count)
  double *sum, *product;    // (count)
};

/// dx = a·dz + b·(x − mean) + c
struct row_denormalization {
  const float *dz, *x;              // (rows, count)
  const float *mean, *a, *b, *c;    // (count)
  float* dx;                        // (rows, count)
};

/// One instruction set's functions.
struct row_kernels {
  void (*statistics)(const row_strip&, const float* x, double* mean, double* variance);    // biased
  void (*normalize)(const row_strip&, const row_affine&);
  void (*gradient)(const row_strip&, const row_gradient&);
  void (*denormalize)(const row_strip&, const row_denormalization&);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/row_kernels.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const row_kernels& row_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return row_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

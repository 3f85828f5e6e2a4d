// SPDX-License-Identifier: MIT
#pragma once
// Products of matrices in double: where evaluations on the host spend their time.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include <algorithm>
#include <utility>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// c (m, n) += a (m, depth) · b (depth, n). Columns of a may lie apart, so that its transpose can be named as well.
struct double_product {
  std::size_t m, n, depth;        // n: a multiple of `double_lanes`
  const double* a;                // (m, depth)
  std::size_t a_row, a_column;    // from one row, one column to the next
  const double* b;                // (depth, n)
  std::size_t b_row;
  double* c;    // (m, n)
  std::size_t c_row;
};
inline constexpr std::size_t double_lanes = 4;

/// to[i] = (x[i] − mean[i]) · scale[i]
struct standardized_row {
  const float* x;                // (count)
  const double *mean, *scale;    // (count)
  std::size_t count;
  double* to;    // (count)
};

/// One instruction set's functions.
struct double_kernels {
  void (*multiply)(const double_product&);
  void (*standardize)(const standardized_row&);
};

template <int Lanes>
using doubles = typename vector_of<double, Lanes>::type;

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/double_gemm.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const double_kernels& double_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return double_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

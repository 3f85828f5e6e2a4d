// SPDX-License-Identifier: MIT
#pragma once
// The products of pair losses for every instruction set, chosen at run time.
#include <contrastive/backend/cpu/kernels/pairs/operands.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// One instruction set's products. `edge` is pair_tile_work::edge.
struct pair_kernels {
  int lanes;    // of a vector

  /// Rows (count, depth) in the order that `similarities` reads; at most edge rows, edge · depth floats.
  void (*pack)(const some_rows& u, int depth, float* packed);
  /// s (u.count, edge) = scale · u · othersᵀ; columns up to a multiple of 32 are written.
  void (*similarities)(const some_rows& u, const float* packed, int columns, int depth, float scale, float* s);
  /// s (u.count, edge) = 1 / (1 + |u − other|²), in the same way; `scale` is not looked at.
  void (*nearness)(const some_rows& u, const float* packed, int columns, int depth, float scale, float* s);
  /// c[r] += Σ_k w[r·row_step + k·term_step] · u[k] for r < rows, k < u.count; depth: a multiple of the lanes.
  void (*add_products)(const float* w, std::ptrdiff_t row_step, std::ptrdiff_t term_step, int rows, const some_rows& u,
                       int depth, float* c, std::ptrdiff_t stride);
  /// to_u[r] += Σ_j p[r, j] (other[j] − u[r]), and to_other −= the same products, in the order of the packed others.
  void (*add_differences)(const float* p, const some_rows& u, const float* packed, int columns, int depth, float* to_u,
                          float* to_other);
  /// to (count, depth) += rows in the order of `pack`.
  void (*unpack)(const float* packed, int count, int depth, float* to);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/pairs/products.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline const pair_kernels& pair_kernels_for(isa set) {
  return in_code_of(set, [](auto here) -> auto& { return pair_table(here); });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

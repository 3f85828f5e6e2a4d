// SPDX-License-Identifier: MIT
#pragma once
// gemm on the CPU: Eigen's packed kernels in loops of our own.
//
// Eigen chooses its blocks by the sizes of the caches that it finds or is told, and with them the order of sums; here the
// blocks are fixed, so the same shapes give the same bits everywhere. The packing buffers are the device's, one for each
// thread: nothing is allocated. The mappers are types of this target, so units built for other instruction sets have
// other instances of Eigen's templates.
#include <contrastive/backend/cpu/workers.hpp>
#include <contrastive/core/view.hpp>

#include <Eigen/Core>

#include <algorithm>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

using gemm_index = Eigen::Index;

template <int Order>
struct gemm_input : Eigen::internal::const_blas_data_mapper<float, gemm_index, Order> {
  using base = Eigen::internal::const_blas_data_mapper<float, gemm_index, Order>;
  using base::base;
};
struct gemm_output : Eigen::internal::blas_data_mapper<float, gemm_index, Eigen::ColMajor, Eigen::Unaligned, 1> {
  using base = Eigen::internal::blas_data_mapper<float, gemm_index, Eigen::ColMajor, Eigen::Unaligned, 1>;
  using base::base;
};

/// What the product is cut into. Eigen's result is column-major, so it computes cᵀ = bᵀ·aᵀ.
struct gemm_blocks {
  static constexpr gemm_index depth = 256, rows = 96,
                              columns = 512;    // of c and of the sum; packed: 96 KiB and 512 KiB
  static constexpr std::size_t floats_per_thread = std::size_t(depth) * (rows + columns) + 64;
};

template <int OrderB, int OrderA>
void gemm_block(const matrix_view<float*>& c, const matrix_view<float*>& a, const matrix_view<float*>& b, float alpha,
                gemm_index first_row, gemm_index rows, gemm_index first_column, gemm_index columns, float* packed) {
  using namespace Eigen::internal;
  using traits = gebp_traits<float, float>;
  gemm_pack_lhs<float, gemm_index, gemm_input<OrderB>, traits::mr, traits::LhsProgress, traits::LhsPacket4Packing,
                OrderB>
      pack_b{};
  gemm_pack_rhs<float, gemm_index, gemm_input<OrderA>, traits::nr, OrderA> pack_a{};
  gebp_kernel<float, float, gemm_index, gemm_output, traits::mr, traits::nr> multiply{};
  const gemm_index all = a.transposed ? a.rows : a.columns;
  float* packed_b = packed + gemm_blocks::depth * gemm_blocks::rows;
  for (gemm_index k = 0; k < all; k += gemm_blocks::depth) {
    const gemm_index depth = std::min(gemm_blocks::depth, all - k);
    const gemm_input<OrderB> from_b{
        b.data + (b.transposed ? first_column * b.columns + k : k * b.columns + first_column), b.columns};
    const gemm_input<OrderA> from_a{a.data + (a.transposed ? k * a.columns + first_row : first_row * a.columns + k),
                                    a.columns};
    pack_b(packed_b, from_b, depth, columns);
    pack_a(packed, from_a, depth, rows);
    multiply(gemm_output{c.data + first_row * c.columns + first_column, c.columns}, packed_b, packed, columns, depth,
             rows, alpha);
  }
}

inline void scale_block(const matrix_view<float*>& c, float beta, gemm_index first_row, gemm_index rows,
                        gemm_index first_column, gemm_index columns) {
  for (gemm_index r = first_row; r < first_row + rows; ++r) {
    float* row = c.data + r * c.columns + first_column;
    if (beta == 0) std::fill(row, row + columns, 0.f);
    else if (beta != 1) std::for_each(row, row + columns, [beta](float& v) { v *= beta; });
  }
}

/// c = alpha·a·b + beta·c. `packed` holds gemm_blocks::floats_per_thread for each thread of the pool.
inline void gemm(workers& pool, float* packed, const matrix_view<float*>& c, const matrix_view<float*>& a,
                 const matrix_view<float*>& b, float alpha, float beta) {
  using blocks = gemm_blocks;
  const gemm_index across = (c.columns + blocks::columns - 1) / blocks::columns,
                   down = (c.rows + blocks::rows - 1) / blocks::rows;
  pool.run(int(across * down), [&](int task, int thread) {
    const gemm_index row = task / across * blocks::rows, column = task % across * blocks::columns;
    const gemm_index rows = std::min<gemm_index>(blocks::rows, c.rows - row);
    const gemm_index columns = std::min<gemm_index>(blocks::columns, c.columns - column);
    float* mine = packed + std::size_t(thread) * blocks::floats_per_thread;
    scale_block(c, beta, row, rows, column, columns);
    constexpr int by_row = Eigen::RowMajor, by_column = Eigen::ColMajor;
    if (b.transposed && a.transposed) gemm_block<by_row, by_row>(c, a, b, alpha, row, rows, column, columns, mine);
    else if (b.transposed) gemm_block<by_row, by_column>(c, a, b, alpha, row, rows, column, columns, mine);
    else if (a.transposed) gemm_block<by_column, by_row>(c, a, b, alpha, row, rows, column, columns, mine);
    else gemm_block<by_column, by_column>(c, a, b, alpha, row, rows, column, columns, mine);
  });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

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
  static constexpr gemm_index edge = 64;        // at least Eigen's panel
  static constexpr std::size_t floats_per_thread = std::size_t(depth) * (rows + columns + edge) +
                                                   std::size_t(rows) * edge + 64;
};

/// One block of c on one thread.
template <int OrderB, int OrderA>
class gemm_block {
  using traits = Eigen::internal::gebp_traits<float, float>;
  static constexpr gemm_index panel = traits::mr;
  static constexpr int streams =
      4;    // Eigen 5's kernels of eight for AVX-512 are a third faster and take 13 s to compile
  static_assert(panel <= gemm_blocks::edge);
  template <int Order>
  using pack_lhs = Eigen::internal::gemm_pack_lhs<float, gemm_index, gemm_input<Order>, traits::mr, traits::LhsProgress,
                                                  traits::LhsPacket4Packing, Order>;
  using pack_rhs = Eigen::internal::gemm_pack_rhs<float, gemm_index, gemm_input<OrderA>, streams, OrderA>;

 public:
  const matrix_view<float*>&c, &a, &b;
  float alpha;
  gemm_index first_row, rows, first_column, columns;
  float* packed;    // a, then b, then the edge of b, then the edge of c

  void operator()() const {
    const gemm_index whole = columns / panel * panel, all = a.transposed ? a.rows : a.columns;
    float* out = c.data + first_row * c.columns + first_column;
    float *packed_b = packed + gemm_blocks::depth * gemm_blocks::rows,
          *edge_b = packed_b + gemm_blocks::depth * gemm_blocks::columns,
          *edge_c = edge_b + gemm_blocks::depth * gemm_blocks::edge;
    if (whole < columns) copy_edge(edge_c, out + whole, columns - whole, true);
    for (gemm_index k = 0; k < all; k += gemm_blocks::depth) {
      const gemm_index depth = std::min(gemm_blocks::depth, all - k);
      const auto at = a.transposed ? k * a.columns + first_row : first_row * a.columns + k;
      pack_rhs{}(packed, gemm_input<OrderA>{a.data + at, a.columns}, depth, rows);
      if (whole > 0) {
        pack_lhs<OrderB>{}(packed_b, gemm_input<OrderB>{b_at(k, first_column), b.columns}, depth, whole);
        multiply(out, c.columns, packed_b, whole, depth);
      }
      if (whole < columns) {
        fill_edge(edge_b, k, depth, whole);
        pack_lhs<Eigen::ColMajor>{}(packed_b, gemm_input<Eigen::ColMajor>{edge_b, panel}, depth, panel);
        multiply(edge_c, panel, packed_b, panel, depth);
      }
    }
    if (whole < columns) copy_edge(edge_c, out + whole, columns - whole, false);
  }

 private:
  float* b_at(gemm_index k, gemm_index column) const {
    return b.data + (b.transposed ? column * b.columns + k : k * b.columns + column);
  }
  void multiply(float* to, gemm_index stride, const float* packed_b, gemm_index count, gemm_index depth) const {
    Eigen::internal::gebp_kernel<float, float, gemm_index, gemm_output, traits::mr, streams> kernel{};
    kernel(gemm_output{to, stride}, packed_b, packed, count, depth, rows, alpha);
  }
  // What is left of the columns is filled up to a whole panel: Eigen's smaller panels add in another order, and a number
  // would depend on where in the matrix it stands.
  void fill_edge(float* edge, gemm_index k, gemm_index depth, gemm_index whole) const {
    for (gemm_index i = 0; i < depth; ++i)
      for (gemm_index j = 0; j < panel; ++j)
        edge[i * panel + j] = whole + j < columns ? *b_at(k + i, first_column + whole + j) : 0.f;
  }
  void copy_edge(float* edge, float* out, gemm_index count, bool in) const {
    if (in) std::fill_n(edge, rows * panel, 0.f);
    for (gemm_index r = 0; r < rows; ++r) {
      float *from = out + r * c.columns, *to = edge + r * panel;
      if (in) std::copy_n(from, count, to);
      else std::copy_n(to, count, from);
    }
  }
};

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
    const auto run = [&]<int OrderB, int OrderA>() {
      gemm_block<OrderB, OrderA>{c, a, b, alpha, row, rows, column, columns, mine}();
    };
    if (b.transposed && a.transposed) run.template operator()<by_row, by_row>();
    else if (b.transposed) run.template operator()<by_row, by_column>();
    else if (a.transposed) run.template operator()<by_column, by_row>();
    else run.template operator()<by_column, by_column>();
  });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

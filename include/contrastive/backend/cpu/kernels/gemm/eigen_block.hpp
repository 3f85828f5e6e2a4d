// SPDX-License-Identifier: MIT
#pragma once
// A block of a product by Eigen's packed kernels, under the unit's own flags.
//
// Eigen chooses its blocks by the sizes of the caches that it finds or is told, and with them the order of sums; here
// the blocks are fixed, so the same shapes give the same bits everywhere. The mappers are types of this target, so
// units built for other instruction sets have other instances of Eigen's templates.
#include <contrastive/backend/cpu/kernels/gemm/kernels.hpp>

#include <Eigen/Core>

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

/// c += alpha·a·b. Eigen's result is column-major, so it computes cᵀ = bᵀ·aᵀ. Orders are those of its bᵀ and aᵀ.
template <int OrderB, int OrderA>
class eigen_block {
  using traits = Eigen::internal::gebp_traits<float, float>;
  static constexpr gemm_index panel = traits::mr;
  // Eigen 5 has kernels of eight streams for AVX-512, a third faster, that take 13 s to compile.
  static constexpr int streams = 4;
  static_assert(panel <= gemm_blocks::edge);
  template <int Order>
  using pack_lhs = Eigen::internal::gemm_pack_lhs<float, gemm_index, gemm_input<Order>, traits::mr, traits::LhsProgress,
                                                  traits::LhsPacket4Packing, Order>;
  using pack_rhs = Eigen::internal::gemm_pack_rhs<float, gemm_index, gemm_input<OrderA>, streams, OrderA>;

  const gemm_part& p;
  gemm_index rows = gemm_index(p.rows), depth = gemm_index(p.depth);
  float *packed_b = p.memory + gemm_blocks::depth * gemm_blocks::rows,
        *edge_b = packed_b + gemm_blocks::depth * gemm_blocks::columns,
        *edge_c = edge_b + gemm_blocks::depth * gemm_blocks::edge;

 public:
  explicit eigen_block(const gemm_part& part) : p(part) {}

  void operator()() const {
    const gemm_index columns = gemm_index(p.columns), whole = columns / panel * panel;
    pack_rhs{}(p.memory, gemm_input<OrderA>{p.a, gemm_index(std::max(p.a_row, p.a_column))}, depth, rows);
    if (whole > 0) {
      pack_lhs<OrderB>{}(packed_b, gemm_input<OrderB>{p.b, gemm_index(std::max(p.b_row, p.b_column))}, depth, whole);
      multiply(p.c, gemm_index(p.c_row), packed_b, whole);
    }
    if (whole == columns) return;
    copy_edge(p.c + whole, columns - whole, true);
    fill_edge(whole, columns);
    pack_lhs<Eigen::ColMajor>{}(packed_b, gemm_input<Eigen::ColMajor>{edge_b, panel}, depth, panel);
    multiply(edge_c, panel, packed_b, panel);
    copy_edge(p.c + whole, columns - whole, false);
  }

 private:
  void multiply(float* to, gemm_index pitch, const float* b, gemm_index count) const {
    Eigen::internal::gebp_kernel<float, float, gemm_index, gemm_output, traits::mr, streams> kernel{};
    kernel(gemm_output{to, pitch}, b, p.memory, count, depth, rows, p.alpha);
  }
  // What is left of the columns is filled up to a whole panel: Eigen's smaller panels add in another order, and a
  // number would depend on where in the matrix it stands.
  void fill_edge(gemm_index whole, gemm_index columns) const {
    for (gemm_index k = 0; k < depth; ++k)
      for (gemm_index j = whole; j < whole + panel; ++j)
        edge_b[k * panel + j - whole] = j < columns ? p.b[k * gemm_index(p.b_row) + j * gemm_index(p.b_column)] : 0.f;
  }
  void copy_edge(float* out, gemm_index count, bool in) const {
    if (in) std::fill_n(edge_c, rows * panel, 0.f);
    for (gemm_index r = 0; r < rows; ++r) {
      float *from = out + r * gemm_index(p.c_row), *to = edge_c + r * panel;
      if (in) std::copy_n(from, count, to);
      else std::copy_n(to, count, from);
    }
  }
};

inline void eigen_multiply(gemm_part p) {
  constexpr int by_row = Eigen::RowMajor, by_column = Eigen::ColMajor;
  const bool a_transposed = p.a_column != 1, b_transposed = p.b_column != 1;
  if (b_transposed && a_transposed) eigen_block<by_row, by_row>{p}();
  else if (b_transposed) eigen_block<by_row, by_column>{p}();
  else if (a_transposed) eigen_block<by_column, by_row>{p}();
  else eigen_block<by_column, by_column>{p}();
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

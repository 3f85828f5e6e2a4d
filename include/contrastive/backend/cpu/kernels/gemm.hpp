// SPDX-License-Identifier: MIT
#pragma once
// gemm on the CPU: register tiles of our own where a unit carries an instruction set beyond its flags, else Eigen's
// kernels.
//
// Blocks are cut by shape alone and the depth is added up in order, so a number's bits depend neither on the number of
// threads nor on where in the matrix it stands. The packing buffers are the device's, one for each thread: nothing is
// allocated.
#include <contrastive/backend/cpu/kernels/gemm/eigen_block.hpp>
#include <contrastive/backend/cpu/kernels/workers.hpp>
#include <contrastive/core/exactly.hpp>
#include <contrastive/core/operand.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline gemm_function gemm_for(isa set) {
  return in_code_of(set, [](auto here) -> gemm_function {
    if constexpr (here.set == isa::portable) return eigen_multiply;
    else return gemm_of(here);
  });
}

inline void scale_block(const matrix_operand<float*>& c, float beta, std::size_t first_row, std::size_t rows,
                        std::size_t first_column, std::size_t columns) {
  for (std::size_t r = first_row; r < first_row + rows; ++r) {
    float* row = c.data + r * std::size_t(c.columns) + first_column;
    if (detail::is_exactly(beta, 0.f)) std::fill(row, row + columns, 0.f);
    else if (!detail::is_exactly(beta, 1.f)) std::for_each(row, row + columns, [beta](float& v) { v *= beta; });
  }
}

/// c = alpha·a·b + beta·c. `packed` holds gemm_blocks::floats_per_thread for each thread of the pool.
inline void gemm(workers& pool, gemm_function multiply, float* packed, const matrix_operand<float*>& c,
                 const matrix_operand<float*>& a, const matrix_operand<float*>& b, float alpha, float beta) {
  CONTRASTIVE_CHECK(!c.transposed && c.rows == (a.transposed ? a.columns : a.rows) &&
                        c.columns == (b.transposed ? b.rows : b.columns) &&
                        (a.transposed ? a.rows : a.columns) == (b.transposed ? b.columns : b.rows),
                    "gemm: a (m, k) times b (k, n) gives c (m, n), which is not transposed");
  using blocks = gemm_blocks;
  const auto rows = std::size_t(c.rows), columns = std::size_t(c.columns),
             all = std::size_t(a.transposed ? a.rows : a.columns);
  const std::size_t across = (columns + blocks::columns - 1) / blocks::columns,
                    down = (rows + blocks::rows - 1) / blocks::rows;
  pool.run(int(across * down), [&](int task, int thread) {
    const std::size_t row = std::size_t(task) / across * blocks::rows,
                      column = std::size_t(task) % across * blocks::columns;
    gemm_part p{.rows = std::min(blocks::rows, rows - row),
                .columns = std::min(blocks::columns, columns - column),
                .depth = 0,
                .alpha = alpha,
                .a = nullptr,
                .a_row = a.transposed ? 1 : std::size_t(a.columns),
                .a_column = a.transposed ? std::size_t(a.columns) : 1,
                .b = nullptr,
                .b_row = b.transposed ? 1 : std::size_t(b.columns),
                .b_column = b.transposed ? std::size_t(b.columns) : 1,
                .c = c.data + row * columns + column,
                .c_row = columns,
                .memory = packed + std::size_t(thread) * blocks::floats_per_thread};
    scale_block(c, beta, row, p.rows, column, p.columns);
    for (std::size_t k = 0; k < all; k += blocks::depth) {
      p.depth = std::min(blocks::depth, all - k);
      p.a = a.data + row * p.a_row + k * p.a_column;
      p.b = b.data + k * p.b_row + column * p.b_column;
      multiply(p);
    }
  });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

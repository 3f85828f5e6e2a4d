// SPDX-License-Identifier: MIT
#pragma once
// Matrix products on a CUDA device: one thread for a tile of 4 × 4. Plain, to be replaced by cuBLAS where it counts.
#include <contrastive/backend/pointer.hpp>

namespace contrastive::on_thrust {

struct cuda_gemm {
  static constexpr int tile = 4;
  static constexpr int block = 256;    // depths that are added up before they join the total: keeps its rounding small

  struct tile_body {
    matrix_operand<float*> c, a, b;
    int depth;
    float alpha, beta;

    CONTRASTIVE_FN void operator()(std::size_t i) const {
      const std::size_t column_tiles = std::size_t((c.columns + tile - 1) / tile);
      const int row = int(i / column_tiles) * tile,
                column = int(i % column_tiles) * tile;    // neighbors share rows of a
      float total[tile][tile] = {};
      for (int begin = 0; begin < depth; begin += block)
        add_block(total, row, column, begin, begin + block < depth ? begin + block : depth);
      for (int r = 0; r < tile && row + r < c.rows; ++r)
        for (int q = 0; q < tile && column + q < c.columns; ++q) write(total[r][q], row + r, column + q);
    }

   private:
    CONTRASTIVE_FN void add_block(float (&total)[tile][tile], int row, int column, int begin, int end) const {
      float sum[tile][tile] = {};
      for (int l = begin; l < end; ++l) {
        float left[tile], right[tile];
        for (int k = 0; k < tile; ++k) {
          left[k] = at(a, row + k < c.rows ? row + k : c.rows - 1, l);
          right[k] = at(b, l, column + k < c.columns ? column + k : c.columns - 1);
        }
        for (int r = 0; r < tile; ++r)
          for (int q = 0; q < tile; ++q) sum[r][q] += left[r] * right[q];
      }
      for (int r = 0; r < tile; ++r)
        for (int q = 0; q < tile; ++q) total[r][q] += sum[r][q];
    }
    CONTRASTIVE_FN void write(float sum, int row, int column) const {
      float& to = c.data[std::size_t(row) * std::size_t(c.columns) + std::size_t(column)];
      to = alpha * sum + (detail::is_exactly(beta, 0.f) ? 0 : beta * to);
    }
    CONTRASTIVE_FN static float at(const matrix_operand<float*>& m, int row, int column) {
      return m.data[m.transposed ? std::size_t(column) * std::size_t(m.columns) + std::size_t(row)
                                 : std::size_t(row) * std::size_t(m.columns) + std::size_t(column)];
    }
  };

  static void run(auto& backend, matrix_operand<float*> c, matrix_operand<float*> a, matrix_operand<float*> b,
                  float alpha, float beta) {
    const std::size_t rows = std::size_t(c.rows + tile - 1) / tile, columns = std::size_t(c.columns + tile - 1) / tile;
    backend.each(rows * columns, tile_body{c, a, b, a.transposed ? a.rows : a.columns, alpha, beta});
  }
};

}    // namespace contrastive::on_thrust

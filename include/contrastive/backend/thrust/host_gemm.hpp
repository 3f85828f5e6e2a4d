// SPDX-License-Identifier: MIT
#pragma once
// Matrix products on the host: b is copied into panels of 8 columns, then every functor makes a tile of 6 × 8.
//
// Written in compiler vectors, since what a compiler vectorizes by itself depends on the user's flags. The tile is
// small enough for the sixteen registers of plain SSE2.
#include <contrastive/backend/pointer.hpp>

#include <algorithm>

namespace contrastive::on_thrust {

struct host_gemm {
  static constexpr std::size_t tile_rows = 6, tile_columns = 8;
  static constexpr std::size_t block =
      256;    // depths that are added up before they join the total: keeps its rounding small
  typedef float vector __attribute__((vector_size(tile_columns * sizeof(float)), aligned(alignof(float)), may_alias));

  static constexpr std::size_t ceil_divide(std::size_t n, std::size_t by) { return (n + by - 1) / by; }

  struct factor {    // the element (i, l) of a, or (l, i) of b, is data[i · stride + l · depth_stride]
    const float* data;
    std::size_t stride, depth_stride;
  };

  // panels(panel, depth, 8), zero beyond the last column
  struct pack_body {
    factor b;
    float* panels;
    std::size_t depth, columns;
    void operator()(std::size_t i) const {
      const std::size_t blocks = ceil_divide(depth, block), first = i / blocks * tile_columns,
                        begin = i % blocks * block;
      const std::size_t end = std::min(begin + block, depth), count = std::min(tile_columns, columns - first);
      for (std::size_t l = begin; l < end; ++l) {
        float* to = panels + first * depth + l * tile_columns;
        const float* from = b.data + first * b.stride + l * b.depth_stride;
        for (std::size_t q = 0; q < count; ++q) to[q] = from[q * b.stride];
        for (std::size_t q = count; q < tile_columns; ++q) to[q] = 0;
      }
    }
  };

  struct tile_body {
    matrix_operand<float*> c;
    factor a;
    const float* panels;
    std::size_t depth;
    float alpha, beta;

    void operator()(std::size_t i) const { make_tile(i, std::make_index_sequence<tile_rows>{}); }

   private:
    template <std::size_t... R>
    void make_tile(std::size_t i, std::index_sequence<R...>) const {
      const std::size_t row_tiles = ceil_divide(std::size_t(c.rows), tile_rows);
      const std::size_t row = i % row_tiles * tile_rows, column = i / row_tiles * tile_columns,
                        last = std::size_t(c.rows) - 1;
      const float* panel = panels + column * depth;
      const float* const rows[] = {a.data + std::min(row + R, last) * a.stride...};
      vector total[tile_rows] = {};
      for (std::size_t begin = 0; begin < depth; begin += block) {
        const std::size_t end = std::min(begin + block, depth);
        vector sum[tile_rows] = {};
        for (std::size_t l = begin; l < end; ++l) {
          const vector b = *reinterpret_cast<const vector*>(panel + l * tile_columns);
          ((sum[R] += rows[R][l * a.depth_stride] * b), ...);
        }
        ((total[R] += sum[R]), ...);
      }
      ((row + R <= last ? write(total[R], row + R, column) : void()), ...);
    }
    void write(const vector& sum, std::size_t row, std::size_t column) const {
      float* to = c.data + row * std::size_t(c.columns) + column;
      const std::size_t count = std::min(tile_columns, std::size_t(c.columns) - column);
      for (std::size_t q = 0; q < count; ++q)
        to[q] = alpha * sum[q] + (detail::is_exactly(beta, 0.f) ? 0 : beta * to[q]);
    }
  };

  static void run(auto& backend, matrix_operand<float*> c, matrix_operand<float*> a, matrix_operand<float*> b,
                  float alpha, float beta) {
    const std::size_t depth = std::size_t(a.transposed ? a.rows : a.columns), columns = std::size_t(c.columns);
    const std::size_t panels = ceil_divide(columns, tile_columns),
                      row_tiles = ceil_divide(std::size_t(c.rows), tile_rows);
    float* packed = backend.template scratch<float>(panels * tile_columns * depth);
    backend.each(panels * ceil_divide(depth, block), pack_body{factor_of(b, !b.transposed), packed, depth, columns},
                 std::min(depth, block) * tile_columns);
    backend.each(panels * row_tiles, tile_body{c, factor_of(a, a.transposed), packed, depth, alpha, beta},
                 depth * tile_rows);
  }

 private:
  static factor factor_of(const matrix_operand<float*>& m, bool along_columns) {
    const std::size_t stride = std::size_t(m.columns);
    return along_columns ? factor{m.data, 1, stride} : factor{m.data, stride, 1};
  }
};

}    // namespace contrastive::on_thrust

// SPDX-License-Identifier: MIT
// Products of packed panels. Read for each instruction set.

/// c (rows, columns) += alpha · a (rows, depth) · b (depth, columns).
template <isa Set>
struct gemm_tiles {
  static constexpr int lanes = native_lanes, vectors = 3, rows = lanes == 16 ? 8 : 4, columns = lanes * vectors;
  using V = floats<lanes>;
  using function = void (*)(const gemm_part&, const float* a, const float* b, float* c, std::size_t c_row);

  /// Sums start at zero whatever the number of rows and wherever they stand, so the bits of a number depend on neither.
  template <int Rows>
  [[gnu::noinline]] static void tile(const gemm_part& p, const float* a, const float* b, float* c, std::size_t c_row) {
    V sum[Rows][vectors] = {};
    for (std::size_t k = 0; k < p.depth; ++k, a += p.a_column, b += columns) {
      V line[vectors];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) line[v] = load<V>(b + v * lanes);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        const V factor = splat<V>(a[std::size_t(r) * p.a_row]);
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) sum[r][v] = fma(factor, line[v], sum[r][v]);
      }
    }
    const V alpha = splat<V>(p.alpha);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        float* to = c + std::size_t(r) * c_row + v * lanes;
        store(to, fma(alpha, sum[r][v], load<V>(to)));
      }
  }
  static function of(int count) {
    return [&]<int... R>(std::integer_sequence<int, R...>) {
      static constexpr function all[] = {tile<R + 1>...};
      return all[count - 1];
    }(std::make_integer_sequence<int, rows>{});
  }

  static void multiply(gemm_part p) {
    if (p.a_column != 1) pack_a(p);
    float* b = p.memory + gemm_blocks::rows * gemm_blocks::depth;
    for (std::size_t column = 0; column < p.columns; column += columns) {
      const int count = int(std::min<std::size_t>(columns, p.columns - column));
      if (p.b_column == 1) pack<columns>(p.b + column, p.b_row, count, p.depth, b);
      else pack_transposed(p.b + column * p.b_column, p.b_column, count, p.depth, b);
      panel(p, b, p.c + column, count);
    }
  }

 private:
  /// All rows of one panel of columns.
  static void panel(const gemm_part& p, const float* b, float* c, int count) {
    for (std::size_t r = 0; r < p.rows; r += rows) {
      const int some = int(std::min<std::size_t>(rows, p.rows - r));
      const float* a = p.a + (p.a_row == 1 ? r * p.depth : r * p.a_row);
      float* to = c + r * p.c_row;
      if (count == columns) {
        of(some)(p, a, b, to, p.c_row);
        continue;
      }
      alignas(64) float whole[rows * columns] = {};    // what lies behind the last column is dropped
      for (int i = 0; i < some; ++i) std::copy_n(to + std::size_t(i) * p.c_row, count, whole + i * columns);
      of(some)(p, a, b, whole, columns);
      for (int i = 0; i < some; ++i) std::copy_n(whole + i * columns, count, to + std::size_t(i) * p.c_row);
    }
  }

  /// A transposed a, in panels of rows; one that is not needs no packing, since its rows are read along.
  static void pack_a(gemm_part& p) {
    for (std::size_t r = 0; r < p.rows; r += rows)
      pack<rows>(p.a + r, p.a_column, int(std::min<std::size_t>(rows, p.rows - r)), p.depth, p.memory + r * p.depth);
    p.a = p.memory;
    p.a_row = 1;
    p.a_column = rows;
  }
  template <int Width>
  static void pack(const float* from, std::size_t pitch, int count, std::size_t depth, float* to) {
    for (std::size_t k = 0; k < depth; ++k, from += pitch, to += Width)
      if (count == Width) std::memcpy(to, from, Width * sizeof(float));
      else std::fill(std::copy_n(from, count, to), to + Width, 0.f);
  }
  /// Four columns of b by four of its rows at a time.
  static void pack_transposed(const float* b, std::size_t pitch, int count, std::size_t depth, float* to) {
    if (count < columns) std::fill_n(to, std::size_t(columns) * depth, 0.f);
    int j = 0;
    for (; j + 4 <= count; j += 4) {
      const float* from = b + std::size_t(j) * pitch;
      std::size_t k = 0;
      for (; k + 4 <= depth; k += 4)
        transpose_four(from + k, std::ptrdiff_t(pitch), to + k * columns + std::size_t(j), columns);
      for (; k < depth; ++k)
        for (int i = 0; i < 4; ++i) to[k * columns + std::size_t(j + i)] = from[std::size_t(i) * pitch + k];
    }
    for (; j < count; ++j)
      for (std::size_t k = 0; k < depth; ++k) to[k * columns + std::size_t(j)] = b[std::size_t(j) * pitch + k];
  }
};

template <class Here>
gemm_function gemm_of(Here) {
  return gemm_tiles<Here::set>::multiply;
}

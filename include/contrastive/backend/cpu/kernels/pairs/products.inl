// SPDX-License-Identifier: MIT
// Products of a tile: similarities of its rows, and weighted sums of them. No #pragma once: read for each set.

template <isa Set>
struct pair_register_tile;

template <>
struct pair_register_tile<isa::portable> {    // 16 registers: 12 accumulators, 2 operands, 1 number, 1 product
  static constexpr int lanes = 4, rows = 6, vectors = 2, some = 2;
  static constexpr int sum_rows = 6, sum_vectors = 2;
};
template <>
struct pair_register_tile<isa::avx2> {    // 16 registers: 12 accumulators, 2 operands, 1 number
  static constexpr int lanes = 8, rows = 6, vectors = 2, some = 2;
  static constexpr int sum_rows = 6, sum_vectors = 2;
};
template <>
struct pair_register_tile<isa::avx512> {    // 32 registers: 24 accumulators
  static constexpr int lanes = 16, rows = 12, vectors = 2, some = 4;
  static constexpr int sum_rows = 6, sum_vectors = 4;
};

template <isa Set>
struct pair_products {
  using tile = pair_register_tile<Set>;
  using V = floats<tile::lanes>;
  static constexpr int lanes = tile::lanes, panel = lanes * tile::vectors, edge = pair_tile_work::edge;

  // ---- (rows, depth) → [rows/panel][depth][panel]: vectors that run along the rows ----------------------------------

  static void pack(const some_rows& u, int depth, float* packed) {
    for (int first = 0; first < u.count; first += panel, packed += std::ptrdiff_t(panel) * depth)
      for (int r = 0; r < panel; r += 4) {
        const float* row = u.data + (first + r) * u.stride;
        const int count = std::clamp(u.count - first - r, 0, 4);
        int k = 0;
        if (count == 4)
          for (; k + 4 <= depth; k += 4) transpose_four(row + k, u.stride, packed + k * panel + r, panel);
        for (; k < depth; ++k)
          for (int i = 0; i < 4; ++i) packed[k * panel + r + i] = i < count ? row[i * u.stride + k] : 0.f;
      }
  }

  static void unpack(const float* packed, int count, int depth, float* to) {
    for (int r = 0; r < count; ++r)
      for (int k = 0; k < depth; ++k) to[r * depth + k] += packed[(r / panel * depth + k) * panel + r % panel];
  }

  // ---- s = scale · u · packedᵀ, or 1 / (1 + |u − packed|²) ----------------------------------------------------------

  template <bool Distance>
  [[gnu::always_inline]] static V with_one(const V& one, const V& other, const V& sum) {
    if constexpr (!Distance) return fma(one, other, sum);
    const V apart = one - other;
    return fma(apart, apart, sum);
  }
  template <bool Distance>
  [[gnu::always_inline]] static V similarity(const V& sum, float scale) {
    if constexpr (Distance) return 1.f / (1.f + sum);
    else return sum * scale;
  }
  template <int Rows, bool Distance>
  [[gnu::noinline]] static void compare(const float* u, std::ptrdiff_t stride, const float* packed, int depth,
                                        float scale, float* s) {
    V sum[Rows][tile::vectors] = {};
    for (int k = 0; k < depth; ++k, packed += panel) {
      V other[tile::vectors];
#pragma GCC unroll 4
      for (int v = 0; v < tile::vectors; ++v) other[v] = load<V>(packed + v * lanes);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        const V one = splat<V>(u[r * stride + k]);
#pragma GCC unroll 4
        for (int v = 0; v < tile::vectors; ++v) sum[r][v] = with_one<Distance>(one, other[v], sum[r][v]);
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < tile::vectors; ++v) store(s + r * edge + v * lanes, similarity<Distance>(sum[r][v], scale));
  }
  template <bool Distance>
  static void compare_rows(const some_rows& u, const float* packed, int columns, int depth, float scale, float* s) {
    CONTRASTIVE_CHECK(u.count <= pair_tile_work::edge && columns <= pair_tile_work::edge,
                      "pair_kernels: a tile has at most `edge` rows and columns");
    for (int j = 0; j < columns; j += panel, packed += std::ptrdiff_t(panel) * depth)
      for (int i = 0; i < u.count;) {
        const float* row = u.data + i * u.stride;
        float* to = s + i * edge + j;
        const int left = u.count - i;
        const int rows = left >= tile::rows ? tile::rows : left >= tile::some ? tile::some : 1;
        (rows == tile::rows   ? compare<tile::rows, Distance>
         : rows == tile::some ? compare<tile::some, Distance>
                              : compare<1, Distance>)(row, u.stride, packed, depth, scale, to);
        i += rows;
      }
  }

  // ---- c[r] += Σ_k w[r, k] · u[k], whole vectors only ---------------------------------------------------------------

  // from zero, so that rounding errors do not grow with the number of tiles
  template <int Rows, int Vectors>
  [[gnu::noinline]] static void sums(const float* w, std::ptrdiff_t row_step, std::ptrdiff_t term_step,
                                     const some_rows& u, int at, float* c, std::ptrdiff_t stride) {
    V sum[Rows][Vectors] = {};
    const float* from = u.data + at;
    for (int k = 0; k < u.count; ++k, from += u.stride, w += term_step) {
      V other[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) other[v] = load<V>(from + v * lanes);
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r) {
        const V weight = splat<V>(w[r * row_step]);
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) sum[r][v] = fma(weight, other[v], sum[r][v]);
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        float* to = c + r * stride + at + v * lanes;
        store(to, load<V>(to) + sum[r][v]);
      }
  }
  template <int Vectors>
  static void sum_rows(const float* w, std::ptrdiff_t row_step, std::ptrdiff_t term_step, int rows, const some_rows& u,
                       int at, float* c, std::ptrdiff_t stride) {
    for (int i = 0; i < rows;) {
      const float* weights = w + i * row_step;
      float* to = c + i * stride;
      if (rows - i >= tile::sum_rows)
        sums<tile::sum_rows, Vectors>(weights, row_step, term_step, u, at, to, stride), i += tile::sum_rows;
      else if (rows - i >= 2) sums<2, Vectors>(weights, row_step, term_step, u, at, to, stride), i += 2;
      else sums<1, Vectors>(weights, row_step, term_step, u, at, to, stride), ++i;
    }
  }
  static void add_products(const float* w, std::ptrdiff_t row_step, std::ptrdiff_t term_step, int rows,
                           const some_rows& u, int depth, float* c, std::ptrdiff_t stride) {
    CONTRASTIVE_CHECK(depth % lanes == 0 && u.stride >= depth && stride >= depth,
                      "pair_kernels: a depth of whole vectors, and no row shorter than it");
    int at = 0;
    for (; at + tile::sum_vectors * lanes <= depth; at += tile::sum_vectors * lanes)
      sum_rows<tile::sum_vectors>(w, row_step, term_step, rows, u, at, c, stride);
    for (; at < depth; at += lanes) sum_rows<1>(w, row_step, term_step, rows, u, at, c, stride);
  }

  // ---- Σ_j p[r, j] (other[j] − u[r]) for rows and for others --------------------------------------------------------

  static float sum_of(const V& v) { return sum(v); }
  template <int Rows>
  [[gnu::noinline]] static void differences(const float* p, const some_rows& u, int row, const float* packed,
                                            int columns, int depth, float* to_u, float* to_other) {
    for (int k = 0; k < depth; ++k) {
      V one[Rows], sum[Rows] = {};
      for (int r = 0; r < Rows; ++r) one[r] = splat<V>(u.data[(row + r) * u.stride + k]);
      for (int j = 0; j < columns; j += lanes) {
        const std::ptrdiff_t at = std::ptrdiff_t(j / panel) * panel * depth + k * panel + j % panel;
        const V other = load<V>(packed + at);
        V of_other = load<V>(to_other + at);
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r) {
          const V product = load<V>(p + (row + r) * edge + j) * (other - one[r]);
          sum[r] += product;
          of_other -= product;
        }
        store(to_other + at, of_other);
      }
      for (int r = 0; r < Rows; ++r) to_u[(row + r) * u.stride + k] += sum_of(sum[r]);
    }
  }
  static void add_differences(const float* p, const some_rows& u, const float* packed, int columns, int depth,
                              float* to_u, float* to_other) {
    int row = 0;
    for (; row + 4 <= u.count; row += 4) differences<4>(p, u, row, packed, columns, depth, to_u, to_other);
    for (; row < u.count; ++row) differences<1>(p, u, row, packed, columns, depth, to_u, to_other);
  }
};

template <class Here>
const pair_kernels& pair_table(Here) {
  using functions = pair_products<Here::set>;
  static constexpr pair_kernels table{.lanes = functions::lanes,
                                      .pack = functions::pack,
                                      .similarities = functions::template compare_rows<false>,
                                      .nearness = functions::template compare_rows<true>,
                                      .add_products = functions::add_products,
                                      .add_differences = functions::add_differences,
                                      .unpack = functions::unpack};
  return table;
}

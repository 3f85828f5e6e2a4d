// SPDX-License-Identifier: MIT
// Register tiles of a product in double, and rows of floats made doubles. Read once for each instruction set.

template <isa Set>
struct double_tiles {
  static constexpr int lanes = native_lanes / 2;    // doubles of a register

  template <int Lanes>
  [[gnu::always_inline]] static doubles<Lanes> load(const double* from) {
    doubles<Lanes> v;
    std::memcpy(&v, from, sizeof v);
    return v;
  }
  template <int Lanes>
  [[gnu::always_inline]] static void store(double* to, const doubles<Lanes>& v) {
    std::memcpy(to, &v, sizeof v);
  }
  /// a·b + c, rounded once where the instruction set has such an instruction.
  template <int Lanes>
  [[gnu::always_inline]] static doubles<Lanes> fma(double a, const doubles<Lanes>& b, const doubles<Lanes>& c) {
#if CONTRASTIVE_SIMD_LANES >= 16
    if constexpr (Lanes == 8) return _mm512_fmadd_pd(_mm512_set1_pd(a), b, c);
#endif
#if CONTRASTIVE_SIMD_LANES >= 8
    if constexpr (Lanes == 4) return _mm256_fmadd_pd(_mm256_set1_pd(a), b, c);
#endif
    return a * b + c;
  }

  /// Rows × Count vectors of c, Vector (0, 1, …) being the number of one. (Not a loop: nvcc has no word for unrolling
  /// it.)
  template <int Lanes, std::size_t Count, std::size_t... Vector>
  [[gnu::always_inline]] static void tile_of(const double_product& p, const double* a, const double* b, double* c,
                                             std::index_sequence<Vector...>) {
    doubles<Lanes> sum[] = {load<Lanes>(c + Vector / Count * p.c_row + Vector % Count * Lanes)...};
    for (std::size_t k = 0; k < p.depth; ++k, a += p.a_column, b += p.b_row)
      ((sum[Vector] = fma<Lanes>(a[Vector / Count * p.a_row], load<Lanes>(b + Vector % Count * Lanes), sum[Vector])),
       ...);
    (store<Lanes>(c + Vector / Count * p.c_row + Vector % Count * Lanes, sum[Vector]), ...);
  }
  template <int Lanes, std::size_t Rows, std::size_t Count>
  static void tile(const double_product& p, const double* a, const double* b, double* c) {
    tile_of<Lanes, Count>(p, a, b, c, std::make_index_sequence<Rows * Count>{});
  }

  /// All rows of Count vectors of columns, the last rows one by one.
  template <int Lanes, std::size_t Count>
  static void columns(const double_product& p, std::size_t column) {
    constexpr std::size_t rows = Count == 1 ? 8 : 4;    // so many sums that one need not wait for another
    std::size_t r = 0;
    const auto with = [&](auto tile, std::size_t step) {
      for (; r + step <= p.m; r += step) tile(p, p.a + r * p.a_row, p.b + column, p.c + r * p.c_row + column);
    };
    with(tile<Lanes, rows, Count>, rows);
    with(tile<Lanes, 1, Count>, 1);
  }

  static void all_columns(const double_product& p) {
    constexpr std::size_t three = 3 * lanes, two = 2 * lanes;
    std::size_t c = 0;
    if constexpr (lanes >= 4)
      for (; c + three <= p.n; c += three) columns<lanes, 3>(p, c);
    for (; c + two <= p.n; c += two) columns<lanes, 2>(p, c);
    if constexpr (lanes >= 4)
      for (; c + lanes <= p.n; c += lanes) columns<lanes, 1>(p, c);
    if constexpr (lanes > 4)
      for (; c < p.n; c += 4) columns<4, 1>(p, c);
  }

  /// So deep at a time that the columns of b in use stay in the first cache.
  static void multiply(const double_product& p) {
    CONTRASTIVE_CHECK(p.n % double_lanes == 0 && p.b_row >= p.n && p.c_row >= p.n,
                      "double_kernels: n is a multiple of double_lanes, and no row of b or c is shorter");
    constexpr std::size_t most = 128;
    for (std::size_t k = 0; k < p.depth; k += most) {
      double_product part = p;
      part.depth = std::min(most, p.depth - k);
      part.a += k * p.a_column, part.b += k * p.b_row;
      all_columns(part);
    }
  }

  static void standardize(const standardized_row& row) {
    std::size_t i = 0;
    for (; i + lanes <= row.count; i += lanes) {
      __builtin_prefetch(row.x + i + 1024);    // a row to come, mostly: the processor's own prefetching ends at a page
      floats<lanes> x;
      std::memcpy(&x, row.x + i, sizeof x);
      const auto wide = __builtin_convertvector(x, doubles<lanes>);
      store<lanes>(row.to + i, (wide - load<lanes>(row.mean + i)) * load<lanes>(row.scale + i));
    }
    for (; i < row.count; ++i) row.to[i] = (double(row.x[i]) - row.mean[i]) * row.scale[i];
  }
};

template <class Here>
const double_kernels& double_table(Here) {
  using functions = double_tiles<Here::set>;
  static constexpr double_kernels table{functions::multiply, functions::standardize};
  return table;
}

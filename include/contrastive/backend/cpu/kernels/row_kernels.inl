// SPDX-License-Identifier: MIT
// Loops over the rows of a strip of channels. Read for each instruction set.

template <isa Set>
struct row_loops {
  using V = floats<native_lanes>;

  /// Sums in float of at most 16 rows, in double of those.
  struct running_sum {
    double total[native_lanes] = {};
    V part{};
    void add(int row, const V& v) {
      part += v;
      if (row % 16 == 15) flush();
    }
    void flush() {
      for (int i = 0; i < native_lanes; ++i) total[i] += double(part[i]);
      part = V{};
    }
  };

  [[gnu::always_inline]] static V some(const float* from, int count) {
    return count == native_lanes ? load<V>(from) : load_some<V>(from, count);
  }
  [[gnu::always_inline]] static void keep(float* to, const V& v, int count) {
    if (count == native_lanes) store(to, v);
    else store_some(to, v, count);
  }
  /// f(first, count) for each vector of channels.
  [[gnu::always_inline]] static void each(const row_strip& s, const auto& f) {
    for (int first = 0; first < s.count; first += native_lanes) f(first, std::min(native_lanes, s.count - first));
  }

  /// The mean, then the variance of what is left when it is taken away.
  static void statistics(const row_strip& s, const float* x, double* mean, double* variance) {
    CONTRASTIVE_CHECK(is_strip(s), "row_kernels: a strip of 1 to 32 channels, no wider than its pitch");
    each(s, [&](int first, int count) {
      running_sum sum, rest, squares;
      for (int r = 0; r < s.rows; ++r) sum.add(r, some(x + first + r * s.pitch, count));
      sum.flush();
      V center{};
      for (int i = 0; i < count; ++i) center[i] = float(sum.total[i] / s.rows);
      for (int r = 0; r < s.rows; ++r) {
        const V d = some(x + first + r * s.pitch, count) - center;
        rest.add(r, d);
        squares.add(r, d * d);
      }
      rest.flush();
      squares.flush();
      for (int i = 0; i < count; ++i) {
        const double left = rest.total[i] / s.rows;
        mean[first + i] = double(center[i]) + left;
        variance[first + i] = std::max(0., squares.total[i] / s.rows - left * left);
      }
    });
  }

  static void normalize(const row_strip& s, const row_affine& n) {
    CONTRASTIVE_CHECK(is_strip(s), "row_kernels: a strip of 1 to 32 channels, no wider than its pitch");
    each(s, [&](int first, int count) {
      const V mean = some(n.mean + first, count), scale = some(n.scale + first, count),
              shift = some(n.shift + first, count);
      for (int r = 0; r < s.rows; ++r) {
        const V y = fma(scale, some(n.x + first + r * s.pitch, count) - mean, shift);
        keep(n.y + first + r * s.pitch, n.relu ? max(V{}, y) : y, count);
      }
    });
  }

  static void gradient(const row_strip& s, const row_gradient& g) {
    CONTRASTIVE_CHECK(is_strip(s), "row_kernels: a strip of 1 to 32 channels, no wider than its pitch");
    each(s, [&](int first, int count) {
      running_sum sum, product;
      const V mean = some(g.mean + first, count);
      for (int r = 0; r < s.rows; ++r) {
        const std::ptrdiff_t at = first + r * s.pitch;
        V dz = some(g.dy + at, count);
        if (g.y) {
          dz = select(some(g.y + at, count) > 0.f, dz, V{});
          keep(g.dy + at, dz, count);
        }
        sum.add(r, dz);
        product.add(r, dz * (some(g.x + at, count) - mean));
      }
      sum.flush();
      product.flush();
      std::copy_n(sum.total, count, g.sum + first);
      std::copy_n(product.total, count, g.product + first);
    });
  }

  static void denormalize(const row_strip& s, const row_denormalization& d) {
    CONTRASTIVE_CHECK(is_strip(s), "row_kernels: a strip of 1 to 32 channels, no wider than its pitch");
    each(s, [&](int first, int count) {
      const V mean = some(d.mean + first, count), a = some(d.a + first, count), b = some(d.b + first, count),
              c = some(d.c + first, count);
      for (int r = 0; r < s.rows; ++r) {
        const std::ptrdiff_t at = first + r * s.pitch;
        keep(d.dx + at, fma(a, some(d.dz + at, count), fma(b, some(d.x + at, count) - mean, c)), count);
      }
    });
  }
};

template <class Here>
const row_kernels& row_table(Here) {
  using functions = row_loops<Here::set>;
  static constexpr row_kernels table{functions::statistics, functions::normalize, functions::gradient,
                                     functions::denormalize};
  return table;
}

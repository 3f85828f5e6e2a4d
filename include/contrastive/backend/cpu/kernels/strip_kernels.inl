// SPDX-License-Identifier: MIT
// Loops over the rows of a strip, a vector of lanes at a time. No #pragma once: read for each instruction set.

template <isa Set>
struct strip_loops {
  using V = floats<native_lanes>;
  using I = integers<native_lanes>;
  static constexpr int width = strip_part::width, rows_in_float = 16;

  /// Sums in float of a few rows, in double of those.
  struct running_sum {
    V part{};
    void flush(double* to) {
      for (int i = 0; i < native_lanes; ++i) to[i] += double(part[i]);
      part = V{};
    }
  };
  /// In which lane a row is the anchor's own: the row that c counts from, as numbers of the lanes.
  static I lanes_from(int c) {
    return []<int... L>(std::integer_sequence<int, L...>) {
      return I{L...};
    }(std::make_integer_sequence<int, native_lanes>{}) +
           c;
  }
  /// f(v, mask of own lanes, r) for each row of the lanes from c on; between(): after each few of them.
  [[gnu::always_inline]] static void each_row(const strip_part& p, int c, const auto& f, const auto& between) {
    const I own = lanes_from(p.own + c - p.first);
    for (int r = 0; r < p.rows;) {
      for (const int end = std::min(p.rows, r + rows_in_float); r < end; ++r) {
        float* at = p.s + std::ptrdiff_t(r) * width + c;
        f(load<V>(at), own == r, at);
      }
      between();
    }
  }

  static void measure(const strip_part& p, strip_sums& to) {
    for (int c = 0; c < width; c += native_lanes) {
      V nearest = splat<V>(-1e30f);
      running_sum sum;
      std::fill_n(to.first + c, native_lanes, 0.);
      each_row(
          p, c,
          [&](const V& s, const I& own, float*) {
            nearest = max(nearest, own ? splat<V>(-1e30f) : s);
            sum.part += own ? V{} : s;
          },
          [&] { sum.flush(to.first + c); });
      store(to.nearest + c, nearest);
    }
  }
  static void exponentials(const strip_part& p, const float* top, strip_sums& to) {
    for (int c = 0; c < width; c += native_lanes) {
      const V largest = load<V>(top + c);
      running_sum sum;
      std::fill_n(to.second + c, native_lanes, 0.);
      each_row(
          p, c,
          [&](const V& s, const I&, float* at) {
            const V e = exp(s - largest);
            sum.part += e;
            store(at, e);
          },
          [&] { sum.flush(to.second + c); });
    }
  }
  static void weigh(const strip_part& p, const float* factor) {
    const V one = splat<V>(1.f);
    for (int c = 0; c < width; c += native_lanes) {
      const V by = load<V>(factor + c);
      each_row(p, c, [&](const V& s, const I& own, float* at) { store(at, s * by - (own ? one : V{})); }, [] {});
    }
  }
  static void sigmoid(const strip_part& p, float t, float b, strip_sums& to) {
    const V one = splat<V>(1.f), scale = splat<V>(t), bias = splat<V>(b);
    for (int c = 0; c < width; c += native_lanes) {
      running_sum value, of_scale, of_bias;
      for (double* sum : {to.first, to.second, to.third}) std::fill_n(sum + c, native_lanes, 0.);
      each_row(
          p, c,
          [&](const V& s, const I& own, float* at) {
            const V minus_y = own ? -one : one, x = minus_y * (scale * s + bias);
            const V rest = exp(x > V{} ? -x : x), of_one = one / (one + rest);    // e^−|x|
            const V slope = minus_y * (x > V{} ? of_one : rest * of_one);
            value.part += (x < V{} ? V{} : x) + log1p(rest);
            of_scale.part += slope * s;
            of_bias.part += slope;
            store(at, slope * scale);
          },
          [&] { value.flush(to.first + c), of_scale.flush(to.second + c), of_bias.flush(to.third + c); });
    }
  }
};

template <class Here>
const strip_kernels& strip_table(Here) {
  using functions = strip_loops<Here::set>;
  static constexpr strip_kernels table{functions::measure, functions::exponentials, functions::weigh,
                                       functions::sigmoid};
  return table;
}

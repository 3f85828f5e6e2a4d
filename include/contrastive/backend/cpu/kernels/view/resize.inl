// SPDX-License-Identifier: MIT
// Crop, flip and resize of augment/resize.hpp, row by row. Read once for each instruction set.

/// What an output pixel takes of an axis: the same integers as the portable kernel's, in vectors.
template <isa Set>
struct view_axis {
  using V = floats<native_lanes>;
  using I = integers<native_lanes>;

  static I first_numbers() {
    I i{};
    for (int lane = 0; lane < native_lanes; ++lane) i[lane] = lane;
    return i;
  }
  static void put(std::int32_t* to, const I& i) { std::memcpy(to, &i, sizeof i); }

  // The first tap is found in floats, which may err by a tap of weight (almost) 0. All weights are exact up to their
  // division by the sum.
  static void make(int in, int out, bool flip, view_workspace::axis& a) {
    const int reach = std::max(in, out);
    const V unit = splat<V>(0.5f / float(out));
    a.taps = view_workspace::axis::most_taps(in, out);
    a.spread = 0;
    const bool is_long = 2 * std::int64_t(in) * out + 4 * (std::int64_t(in) + out) > std::numeric_limits<int>::max();
    for (int x = 0; x < out; x += native_lanes) {
      I i = first_numbers() + x;
      i = i < out ? i : I{} + (out - 1);
      if (flip) i = out - 1 - i;
      I first, distance;
      if (is_long) find_in_long_row(i, in, out, first, distance);
      else {
        const I center = (2 * i + 1) * in;
        first = to_integers(max(to_floats<V>(center - (2 * reach - out)) * unit, V{}));
        first = first < in ? first : I{} + (in - 1);
        distance = (2 * first + 1) * out - center;
      }
      const int ends[] = {first[0], first[native_lanes - 1]};
      const int base = std::min(ends[0], ends[1]);
      a.spread = std::max(a.spread, std::max(ends[0], ends[1]) - base + 1);
      put(a.place.data() + x, first - base);
      a.base[std::size_t(x / native_lanes)] = base;
      weights(first, distance, in, out, reach, a, x);
    }
  }
  /// The first tap and its distance from the center where positions need 64 bits.
  static void find_in_long_row(const I& i, int in, int out, I& first, I& distance) {
    for (int lane = 0; lane < native_lanes; ++lane) {
      const std::int64_t center = (2 * std::int64_t(i[lane]) + 1) * in;
      const std::int64_t tap = (center - (2 * std::int64_t(std::max(in, out)) - out)) / (2 * std::int64_t(out));
      const std::int64_t inside = std::clamp<std::int64_t>(tap, 0, in - 1);
      first[lane] = int(inside);
      distance[lane] = int((2 * inside + 1) * out - center);
    }
  }
  static void weights(const I& first, const I& distance, int in, int out, int reach, view_workspace::axis& a, int x) {
    V total{};
    float* weight = a.weight.data() + x;
    for (int k = 0; k < a.taps; ++k) {
      const I d = distance + 2 * k * out;
      I w = 2 * reach - (d < 0 ? -d : d);
      w = w < 0 ? I{} : w;
      w = first + k < in ? w : I{};
      const V value = to_floats<V>(w);
      store(weight + k * a.pitch, value);
      total += value;
    }
    const V share = splat<V>(1.f) / total;
    for (int k = 0; k < a.taps; ++k) store(weight + k * a.pitch, load<V>(weight + k * a.pitch) * share);
  }
};

/// from[place[lane]] for every lane. Reads up to two vectors from `from` on, or wherever a place is.
template <isa Set, int Vectors>
[[gnu::always_inline]] inline floats<native_lanes> take_places(const float* from, const integers<native_lanes>& place) {
  using V = floats<native_lanes>;
#if CONTRASTIVE_SIMD_LANES == 16
  const auto at = __builtin_bit_cast(__m512i, place);
  if constexpr (Vectors == 1) return _mm512_maskz_permutexvar_ps(0xffff, at, load<V>(from));
  if constexpr (Vectors == 2) return _mm512_permutex2var_ps(load<V>(from), at, load<V>(from + 16));
#elif CONTRASTIVE_SIMD_LANES == 8
  const auto at = __builtin_bit_cast(__m256i, place);
  if constexpr (Vectors == 1) return _mm256_permutevar8x32_ps(load<V>(from), at);
  if constexpr (Vectors == 2) {
    const V low = _mm256_permutevar8x32_ps(load<V>(from), at), high = _mm256_permutevar8x32_ps(load<V>(from + 8), at);
    return place < 8 ? low : high;
  }
#endif
  V v{};
  for (int lane = 0; lane < native_lanes; ++lane) v[lane] = from[place[lane]];
  return v;
}

template <isa Set>
struct view_resize {
  using V = floats<native_lanes>;
  using I = integers<native_lanes>;

  const view_size& size;
  const view_recipe& box;
  const view_source& source;
  view_workspace& memory;
  int done = 0;    // rows of the box that have their new width

  view_resize(const view_size& s, const view_recipe& r, const view_source& from, view_workspace& m)
      : size(s), box(r), source(from), memory(m) {
    view_axis<Set>::make(box.width, size.width, box.flip, memory.columns);
    view_axis<Set>::make(box.height, size.height, false, memory.rows);
  }

  /// Row y of the view, into the planes. What is written behind a row belongs to the next.
  void row(int y) {
    const auto& rows = memory.rows;
    const int first = rows.base[std::size_t(y / native_lanes)] + rows.place[std::size_t(y)];
    const int count = std::min(rows.taps, box.height - first);
    for (; done < first + count; ++done) widen(done);
    float* to = memory.planes.data() + std::ptrdiff_t(y) * size.width;
    if (count == 2) mix<2>(first, count, y, to);
    else if (count == 3) mix<3>(first, count, y, to);
    else mix<0>(first, count, y, to);
  }

 private:
  float* line(int row) const {    // of the ring
    return memory.ring.data() + std::ptrdiff_t(row % memory.rows.taps) * size.channels * memory.ring_pitch;
  }

  template <int Count>
  void mix(int first, int counted, int y, float* to) const {
    static constexpr int most = 4;    // rows at a time
    const float unit = source.bytes ? 1.f / 255 : 1.f;
    for (int start = 0; start < counted; start += most) {
      const int count = Count ? Count : std::min(most, counted - start);
      const float* from[most];
      V weight[most];
#pragma GCC unroll 3
      for (int k = 0; k < count; ++k) {
        from[k] = line(first + start + k);
        weight[k] = splat<V>(memory.rows.weight.data()[(start + k) * memory.rows.pitch + y] * unit);
      }
      for (int c = 0; c < size.channels; ++c) {
        const std::ptrdiff_t in = std::ptrdiff_t(c) * memory.ring_pitch;
        float* plane = to + std::ptrdiff_t(c) * memory.plane;
        for (int x = 0, width = size.width; x < width; x += native_lanes) {
          V sum = start ? load<V>(plane + x) : V{};
#pragma GCC unroll 3
          for (int k = 0; k < count; ++k) sum = fma(weight[k], load<V>(from[k] + in + x), sum);
          store(plane + x, sum);
        }
      }
    }
  }

  /// Row `r` of the box gets its new width.
  void widen(int r) const {
    const std::ptrdiff_t at = (std::ptrdiff_t(box.top + r) * size.in_width + box.left) * size.channels;
    float* row = memory.row.data();
    if (source.bytes) view_unpack<Set>::row(source.bytes + at, size.channels, box.width, row, memory.row_pitch);
    else view_unpack<Set>::plainly(source.values + at, size.channels, box.width, row, memory.row_pitch);
    if (size.channels == 1) resample<1>(row, line(r));
    else if (size.channels == 3) resample<3>(row, line(r));
    else
      for (int c = 0; c < size.channels; ++c) resample<1>(row + c * memory.row_pitch, line(r) + c * memory.ring_pitch);
  }
  template <int Channels>
  void resample(const float* from, float* to) const {
    const auto& columns = memory.columns;
    if (columns.spread > 2 * native_lanes || native_lanes < 8) resample<Channels, 3>(from, to);
    else if (columns.spread > native_lanes) resample<Channels, 2>(from, to);
    else if (columns.taps == 2) resample<Channels, 1, 2>(from, to);
    else resample<Channels, 1>(from, to);
  }
  template <int Channels, int Vectors, int Taps = 0>
  void resample(const float* from, float* to) const {
    const auto& columns = memory.columns;
    const int taps = Taps ? Taps : columns.taps, width = size.width, pitch = columns.pitch;
    const std::ptrdiff_t in_pitch = memory.row_pitch, out_pitch = memory.ring_pitch;
    const std::int32_t *places = columns.place.data(), *bases = columns.base.data();
    const float* weights = columns.weight.data();
    for (int x = 0; x < width; x += native_lanes) {
      I place;
      std::memcpy(&place, places + x, sizeof place);
      const float* start = from + bases[x / native_lanes];
      V sum[Channels]{};
#pragma GCC unroll 2
      for (int k = 0; k < taps; ++k) {
        const V weight = load<V>(weights + k * pitch + x);
#pragma GCC unroll 3
        for (int c = 0; c < Channels; ++c)
          sum[c] = fma(weight, take_places<Set, Vectors>(start + c * in_pitch + k, place), sum[c]);
      }
#pragma GCC unroll 3
      for (int c = 0; c < Channels; ++c) store(to + c * out_pitch + x, sum[c]);
    }
  }
};

// SPDX-License-Identifier: MIT
// Planes written out as pixels, scaled and shifted. Read once for each instruction set.

template <isa Set>
struct view_interleave {
  using V = floats<native_lanes>;
  using I = integers<native_lanes>;

  // Pixel i of channel c goes to place 3i + c. 3 and the lanes have no common divisor, so one permutation puts a
  // channel's pixels where they lie within their vectors, and each vector is a selection from the three channels.
  template <int Channel, int... I_>
  [[gnu::always_inline]] static V spread(const V& v, std::integer_sequence<int, I_...>) {
    constexpr auto source = [](int place) {
      for (int i = 0; i < native_lanes; ++i)
        if ((3 * i + Channel) % native_lanes == place) return i;
      return 0;
    };
    return __builtin_shufflevector(v, v, source(I_)...);
  }
  template <int Vector, int... I_>
  [[gnu::always_inline]] static V pick(const V& r, const V& g, const V& b, std::integer_sequence<int, I_...>) {
    constexpr auto channel = [](int place) { return (Vector * native_lanes + place) % 3; };
    const I is_red{(channel(I_) == 0 ? -1 : 0)...}, is_green{(channel(I_) == 1 ? -1 : 0)...};
    return is_red ? r : is_green ? g : b;
  }
  [[gnu::always_inline]] static void write(const V& r, const V& g, const V& b, float* to) {
    constexpr auto places = std::make_integer_sequence<int, native_lanes>{};
    const V x = spread<0>(r, places), y = spread<1>(g, places), z = spread<2>(b, places);
    store(to, pick<0>(x, y, z, places));
    store(to + native_lanes, pick<1>(x, y, z, places));
    store(to + 2 * native_lanes, pick<2>(x, y, z, places));
  }
};

/// out[i·channels + c] = x[c·pitch + i]·scale[c] + shift[c]
template <isa Set>
void write_view(int channels, const float* x, int pitch, int count, const view_finish& finish, float* out) {
  using V = floats<native_lanes>;
  const auto channel = [&](int c) {
    return [scale = splat<V>(finish.scale[c]), shift = splat<V>(finish.shift[c]),
            p = x + std::ptrdiff_t(c) * pitch](int i) { return fma(scale, load<V>(p + i), shift); };
  };
  if (channels == 1) {
    const auto gray = channel(0);
    int i = 0;
    for (; i + native_lanes <= count; i += native_lanes) store(out + i, gray(i));
    if (i < count) store_some(out + i, gray(i), count - i);
  } else if (channels == 3) {
    const auto red = channel(0), green = channel(1), blue = channel(2);
    int i = 0;
    for (; i + native_lanes <= count; i += native_lanes)
      view_interleave<Set>::write(red(i), green(i), blue(i), out + 3 * i);
    float rest[3 * native_lanes];
    if (i == count) return;
    view_interleave<Set>::write(red(i), green(i), blue(i), rest);
    std::copy_n(rest, 3 * (count - i), out + 3 * i);
  } else
    for (int i = 0; i < count; ++i)
      for (int c = 0; c < channels; ++c)
        out[i * channels + c] = x[std::ptrdiff_t(c) * pitch + i] * finish.scale[c] + finish.shift[c];
}

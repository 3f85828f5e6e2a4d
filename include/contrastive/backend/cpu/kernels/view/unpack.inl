// SPDX-License-Identifier: MIT
// A row of pixels taken apart into planes of floats. Read once for each instruction set.

typedef std::uint8_t view_bytes __attribute__((vector_size(16)));

template <isa Set>
struct view_unpack {
  using V = floats<native_lanes>;
  static constexpr int step = 16;    // pixels

  static void widen(const std::uint8_t* from, float* to) {
    for (int i = 0; i < step; i += native_lanes) store(to + i, load_bytes<V>(from + i));
  }

  // Channel c of pixel i lies at byte 3i + c, so no two pixels of a channel share a place within their 16 bytes: three
  // registers become one by selection, and one permutation puts the pixels in order.
  template <int Channel, int... I>
  static void take(const view_bytes (&x)[3], float* to, std::integer_sequence<int, I...>) {
    constexpr auto holds = [](int place, int wanted) {    // whether the pixel at that place comes from that register
      for (int i = 0; i < step; ++i)
        if ((3 * i + Channel) % 16 == place) return (3 * i + Channel) / 16 == wanted;
      return false;
    };
    const view_bytes first{std::uint8_t(holds(I, 0) ? 255 : 0)...}, second{std::uint8_t(holds(I, 1) ? 255 : 0)...};
    const view_bytes mixed = (x[0] & first) | (x[1] & second) | (x[2] & ~(first | second));
    const view_bytes ordered = __builtin_shufflevector(mixed, mixed, (3 * I + Channel) % 16 ...);
    std::uint8_t bytes[step];
    std::memcpy(bytes, &ordered, step);
    widen(bytes, to);
  }
  static void three(const std::uint8_t* from, float* to, int pitch) {    // 48 bytes
    view_bytes x[3];
    std::memcpy(x, from, sizeof x);
    constexpr auto lanes = std::make_integer_sequence<int, step>{};
    take<0>(x, to, lanes);
    take<1>(x, to + pitch, lanes);
    take<2>(x, to + 2 * pitch, lanes);
  }

  static void some(const std::uint8_t* from, int channels, float* to, int pitch) {
    if (channels == 3) three(from, to, pitch);
    else widen(from, to);
  }

  /// to[c·pitch + x] = from[x·channels + c]
  static void row(const std::uint8_t* from, int channels, int width, float* to, int pitch) {
    if (channels != 1 && channels != 3) return plainly(from, channels, width, to, pitch);
    int x = 0;
    for (; x + step <= width; x += step) some(from + x * channels, channels, to + x, pitch);
    if (x == width) return;
    std::uint8_t rest[3 * step]{};    // nothing behind the row is read
    std::memcpy(rest, from + x * channels, std::size_t(width - x) * std::size_t(channels));
    some(rest, channels, to + x, pitch);
  }
  template <class E>
  static void plainly(const E* from, int channels, int width, float* to, int pitch) {
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) to[c * pitch + x] = float(from[x * channels + c]);
  }
};

// SPDX-License-Identifier: MIT
// A Gaussian blur of planes, mirrored at the border. Read once for each instruction set.

template <isa Set>
struct view_blur {
  using V = floats<native_lanes>;
  const view_size& size;
  const view_step& step;
  view_workspace& memory;

  void run() const {
    make_weights();
    for (int c = 0; c < size.channels; ++c) {
      float* plane = memory.planes.data() + std::ptrdiff_t(c) * memory.plane;
      for (int y = 0; y < size.height; ++y) down(plane, y);
      for (int y = 0; y < size.height; ++y) across(plane + std::ptrdiff_t(y) * size.width, y);
    }
  }

 private:
  void make_weights() const {
    double total = 0;
    const int middle = step.taps / 2;
    const auto weight = [&](int k) {
      const double offset = double(k - middle) / double(step.amount);
      return std::exp(-0.5 * offset * offset);
    };
    for (int k = 0; k < step.taps; ++k) total += weight(k);
    for (int k = 0; k < step.taps; ++k) memory.blur_weights.data()[k] = float(weight(k) / total);
  }
  static int mirrored(int at, int size) { return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at; }

  /// Σ over the taps of four vectors at a time. at(k): where tap k of the row begins.
  [[gnu::always_inline]] void sum(const auto& at, float* to) const {
    const float* weights = memory.blur_weights.data();
    int x = 0;
    for (; x + 4 * native_lanes <= size.width; x += 4 * native_lanes) sum_of<4>(at, weights, x, to);
    for (; x < size.width; x += native_lanes) sum_of<1>(at, weights, x, to);
  }
  template <int Vectors>
  [[gnu::always_inline]] void sum_of(const auto& at, const float* weights, int x, float* to) const {
    V total[Vectors]{};
    for (int k = 0; k < step.taps; ++k) {
      const V w = splat<V>(weights[k]);
      const float* from = at(k) + x;
#pragma GCC unroll 4
      for (int i = 0; i < Vectors; ++i) total[i] = fma(w, load<V>(from + i * native_lanes), total[i]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < Vectors; ++i) store(to + x + i * native_lanes, total[i]);
  }

  void down(const float* plane, int y) const {
    sum([&](int k) { return plane + std::ptrdiff_t(mirrored(y + k - step.taps / 2, size.height)) * size.width; },
        memory.blurred.data() + std::ptrdiff_t(y) * size.width);
  }
  void across(float* to, int y) const {
    const float* from = memory.blurred.data() + std::ptrdiff_t(y) * size.width;
    float* row = memory.mirrored.data();
    const int before = step.taps / 2;
    std::copy_n(from, size.width, row + before);
    for (int k = 1; k <= before; ++k) {
      row[before - k] = from[mirrored(-k, size.width)];
      row[before + size.width - 1 + k] = from[mirrored(size.width - 1 + k, size.width)];
    }
    sum([&](int k) { return row + k; }, to);
  }
};

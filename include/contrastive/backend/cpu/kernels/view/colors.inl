// SPDX-License-Identifier: MIT
// What changes pixels one by one: the steps of color_jitter, intensity_jitter, random_grayscale and solarize on planes.
// Read once for each instruction set.

template <isa Set>
struct view_colors {
  using V = floats<native_lanes>;
  static constexpr float red = 0.2989f, green = 0.587f, blue = 0.114f;

  int channels, pitch;
  float* x;    // planes, `pitch` floats apart
  int count;

  /// f(place) for each vector, the last of which may go beyond `count`.
  [[gnu::always_inline]] void each(const auto& f) const {
    for (int i = 0; i < count; i += native_lanes) f(i);
  }
  [[gnu::always_inline]] void each_value(const auto& f) const {
    for (int c = 0; c < channels; ++c)
      each([&, p = x + std::ptrdiff_t(c) * pitch](int i) { store(p + i, f(load<V>(p + i))); });
  }
  [[gnu::always_inline]] void each_pixel(const auto& f) const {    // f(r, g, b), of three channels
    each([&, p = x, q = x + pitch, s = x + 2 * std::ptrdiff_t(pitch)](int i) {
      V r = load<V>(p + i), g = load<V>(q + i), b = load<V>(s + i);
      f(r, g, b);
      store(p + i, r), store(q + i, g), store(s + i, b);
    });
  }
  static V gray_of(const V& r, const V& g, const V& b) {
    return fma(splat<V>(red), r, fma(splat<V>(green), g, splat<V>(blue) * b));
  }
  static V cut(const V& v) { return min(max(v, V{}), splat<V>(1.f)); }

  void change(const view_step& step, float mean) const {
    switch (step.what) {
      case view_change::brightness: return brightness(step.amount);
      case view_change::contrast: return contrast(step.amount, mean);
      case view_change::saturation: return saturation(step.amount);
      case view_change::hue: return hue(step.amount);
      case view_change::gray: return gray();
      case view_change::solarize: return solarize(step.amount);
      case view_change::blur: return;
    }
  }

  void brightness(float factor) const {
    const V f = splat<V>(factor);
    each_value([&](const V& v) { return cut(f * v); });
  }
  void contrast(float factor, float mean) const {
    const V f = splat<V>(factor), rest = splat<V>((1 - factor) * mean);
    each_value([&](const V& v) { return cut(fma(f, v, rest)); });
  }
  void saturation(float factor) const {
    const V f = splat<V>(factor), rest = splat<V>(1 - factor);
    each_pixel([&](V& r, V& g, V& b) {
      const V toward = rest * gray_of(r, g, b);
      r = cut(fma(f, r, toward)), g = cut(fma(f, g, toward)), b = cut(fma(f, b, toward));
    });
  }
  void gray() const {
    each_pixel([](V& r, V& g, V& b) { r = g = b = gray_of(r, g, b); });
  }
  void solarize(float threshold) const {
    const V from = splat<V>(threshold);
    each_value([&](const V& v) { return select(v < from, v, 1.f - v); });
  }

  // The hue t in sixths of a circle, red 0, wrapped to ±3: red is v − d·(|t| − 1), green v − d·(2 − |t + 1|), blue
  // v − d·(2 − |t − 1|), the factors of d cut to [0, 1].
  void hue(float turn) const {
    const V by = splat<V>(6 * turn), least = splat<V>(1e-20f);
    each_pixel([&](V& r, V& g, V& b) {
      const V v = max(r, max(g, b)), d = v - min(r, min(g, b));
      const V per = 1.f / max(d, least);
      V t = select(v == r, (g - b) * per,
                   select(v == g, fma(b - r, per, splat<V>(2.f)), fma(r - g, per, splat<V>(4.f))));
      t += by;
      t = select(t > 3.f, t - 6.f, t);
      t = select(t < -3.f, t + 6.f, t);
      r = v - d * cut(abs(t) - 1.f), g = v - d * cut(2.f - abs(t + 1.f)), b = v - d * cut(2.f - abs(t - 1.f));
    });
  }

  /// Σ gray over the pixels.
  double sum_of_gray() const {
    const float share = 1.f / float(channels), weights[] = {red, green, blue};
    float total = 0;
    for (int c = 0; c < channels; ++c) {
      const float* p = x + std::ptrdiff_t(c) * pitch;
      V even{}, odd{};
      int i = 0;
      for (; i + 2 * native_lanes <= count; i += 2 * native_lanes)
        even += load<V>(p + i), odd += load<V>(p + i + native_lanes);
      for (; i < count; i += native_lanes) even += load_some<V>(p + i, std::min(native_lanes, count - i));
      total += sum(even + odd) * (channels == 3 ? weights[c] : share);
    }
    return double(total);
  }
};

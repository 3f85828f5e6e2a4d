// SPDX-License-Identifier: MIT
#pragma once
// Laws of launch, tried on the portable bodies of convolution and pooling.
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/testing/backend_laws/experiment.hpp>

namespace contrastive::testing::laws_of_backends {

/// Windows that walk over images: what im2col, col2im and the pools are told.
struct windows {
  index4 in;
  sides size;    // a pool's are equal
  int stride;
  sides padding;
  int taps() const { return size.height * size.width; }
  index4 out(int channels) const {
    const auto extent = [&](int n, int window, int margin) { return (n + 2 * margin - window) / stride + 1; };
    return {in.n, extent(in.h, size.height, padding.height), extent(in.w, size.width, padding.width), channels};
  }
  std::string text() const {
    const auto both = [](sides s) { return std::to_string(s.height) + "×" + std::to_string(s.width); };
    return text_of(in) + ", window " + both(size) + ", stride " + std::to_string(stride) + ", padding " + both(padding);
  }
};
inline windows random_windows(random_stream& random, bool pools) {
  const auto margin = [&](int window) { return between(random, 0, pools ? window / 2 : window - 1); };
  const int height = between(random, 1, 5), width = pools ? height : between(random, 1, 5), above = margin(height);
  const sides size{height, width}, padding{above, pools ? above : margin(width)};
  return {{between(random, 1, 4), between(random, height, 9), between(random, width, 9), between(random, 1, 7)},
          size,
          between(random, 1, 3),
          padding};
}

template <class B>
values columns_of(B& device, const windows& k, const values& images) {
  const int taps = k.taps();
  const index4 result = k.out(taps * k.in.c);
  auto x = store(device, images), out = store(device, values(result.size()));
  device.template launch<contrastive::detail::im2col>(
      k.out(taps), std::array{k.size.width, k.stride, k.padding.height, k.padding.width, k.in.h, k.in.w, k.in.c},
      laid_out(out.data, result), laid_out(x.data, k.in));
  return out.read(device);
}
template <class B>
values images_of(B& device, const windows& k, const values& columns) {
  const index4 from = k.out(k.taps() * k.in.c);
  auto x = store(device, columns), out = store(device, values(k.in.size()));
  device.template launch<contrastive::detail::col2im>(
      k.in,
      std::array{k.size.height, k.size.width, k.stride, k.padding.height, k.padding.width, from.h, from.w, k.in.c},
      laid_out(out.data, k.in), laid_out(x.data, from));
  return out.read(device);
}
/// The maxima, then where they were (int32), then what flows back to the images.
template <class B>
values pooled(B& device, const windows& k, std::uint64_t seed) {
  const index4 result = k.out(k.in.c);
  auto x = store(device, normal_numbers(k.in.size(), seed)), y = store(device, values(result.size())),
       back = store(device, values(k.in.size()));
  auto chosen = store<std::int32_t>(device, values(result.size()));
  device.template launch<contrastive::detail::max_pool_forward>(
      result, std::array{k.size.height, k.stride, k.padding.height, k.in.h, k.in.w}, laid_out(y.data, result),
      laid_out(chosen.data, result), laid_out(x.data, k.in));
  device.template launch<contrastive::detail::max_pool_backward>(
      k.in, std::array{k.size.height, k.stride, k.padding.height, result.h, result.w, k.in.w},
      laid_out(back.data, k.in), laid_out(chosen.data, result), laid_out(y.data, result));
  values all = y.read(device);
  for (const values& more : {chosen.read(device), back.read(device)}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

template <class B>
void launch_laws(laws& tried, B& device, const backend_law_options& o) {
  trial_of_law forward("launch runs im2col as the reference does", 0),
      back("launch runs col2im as the reference does", o.map), adjoint("col2im is the adjoint of im2col", o.map),
      pool("launch reads and writes int32 beside its own element", o.map);
  random_stream random{o.seed, {.what = purpose::test, .place = 7}};
  for (int shape = 0; shape < 2 * o.shapes; ++shape) {
    const windows k = random_windows(random, false), p = random_windows(random, true);
    const values x = normal_numbers(k.in.size(), o.seed),
                 y = normal_numbers(k.out(k.taps() * k.in.c).size(), o.seed, 1);
    forward.add(distance(device, [&](auto& d) { return columns_of(d, k, x); }), k.text());
    back.add(distance(device, [&](auto& d) { return images_of(d, k, y); }), k.text());
    double left = 0, right = 0, scale = 0;    // ⟨im2col(x), y⟩ and ⟨x, col2im(y)⟩
    const values columns = columns_of(device, k, x), images = images_of(device, k, y);
    for (std::size_t i = 0; i < columns.size(); ++i) left += columns[i] * y[i], scale += std::abs(columns[i] * y[i]);
    for (std::size_t i = 0; i < images.size(); ++i) right += images[i] * x[i];
    adjoint.add(scale > 0 ? std::abs(left - right) / scale : std::abs(left - right), k.text());
    pool.add(distance(device, [&](auto& d) { return pooled(d, p, o.seed); }), p.text());
  }
  for (const law& l : {forward, back, adjoint, pool}) tried.push_back(l);
}

}    // namespace contrastive::testing::laws_of_backends

// SPDX-License-Identifier: MIT
#pragma once
// Pooling: the maximum or the mean of windows, and the mean of the whole image.
#include <contrastive/net/layer.hpp>

namespace contrastive {

// clang-format off
namespace detail {
// the first largest pixel of every window, and where it was; a NaN is larger than all, padding never wins
CONTRASTIVE_KERNEL(max_pool_forward, (int size, int stride, int padding, int height, int width),
  (auto y, auto chosen, auto x),
  int best = -1;
  for (int r = 0; r < size; ++r)
    for (int s = 0; s < size; ++s) {
      int i = h * stride + r - padding; int j = w * stride + s - padding;
      if (i >= 0 && j >= 0 && i < height && j < width)
        if (best < 0 || x(n, i, j, c) > x(n, best / width, best % width, c) || x(n, i, j, c) != x(n, i, j, c))
          best = i * width + j;
    }
  y(n, h, w, c) = x(n, best / width, best % width, c);
  chosen(n, h, w, c) = best;)

// every pixel gathers from the windows that chose it
CONTRASTIVE_KERNEL(max_pool_backward, (int size, int stride, int padding, int height, int width, int input_width),
  (auto dx, auto chosen, auto dy),
  real sum = 0;
  int i = (h + padding) / stride;
  for (int r = (h + padding) % stride; r < size; r += stride) {
    int j = (w + padding) / stride;
    for (int s = (w + padding) % stride; s < size; s += stride) {
      if (i >= 0 && j >= 0 && i < height && j < width)
        if (chosen(n, i, j, c) == h * input_width + w) sum += dy(n, i, j, c);
      j -= 1;
    }
    i -= 1;
  }
  dx(n, h, w, c) = sum;)

CONTRASTIVE_KERNEL(average_pool_forward, (int size, int stride, int padding, int height, int width), (auto y, auto x),
  real sum = 0;
  for (int r = 0; r < size; ++r)
    for (int s = 0; s < size; ++s) {
      int i = h * stride + r - padding; int j = w * stride + s - padding;
      if (i >= 0 && j >= 0 && i < height && j < width) sum += x(n, i, j, c);
    }
  y(n, h, w, c) = sum / (real)(size * size);)

CONTRASTIVE_KERNEL(average_pool_backward, (int size, int stride, int padding, int height, int width),
  (auto dx, auto dy),
  real sum = 0;
  int i = (h + padding) / stride;
  for (int r = (h + padding) % stride; r < size; r += stride) {
    int j = (w + padding) / stride;
    for (int s = (w + padding) % stride; s < size; s += stride) {
      if (i >= 0 && j >= 0 && i < height && j < width) sum += dy(n, i, j, c);
      j -= 1;
    }
    i -= 1;
  }
  dx(n, h, w, c) = sum / (real)(size * size);)
}    // namespace detail
// clang-format on

namespace detail {
template <int Kernel, int Stride, int Padding>
struct pooling {
  static_assert(Kernel > 0 && Stride > 0, "a pool needs a positive kernel and stride");
  static_assert(Padding >= 0 && 2 * Padding <= Kernel, "a pool is padded by at most half its kernel");
  static constexpr int extent(int in) { return (in + 2 * Padding - Kernel) / Stride + 1; }
  template <class In>
    requires(In::height + 2 * Padding >= Kernel && In::width + 2 * Padding >= Kernel)
  using output = image<extent(In::height), extent(In::width), In::channels>;
  template <class In>
  struct refusal {
    static_assert(never<In>,
                  "this pool's kernel is larger than its padded input: use a smaller kernel or larger images");
  };
};
}    // namespace detail

/// The maximum of every window. Input (n, h, w, c), output (n, h', w', c), h' = ⌊(h + 2·padding − kernel) / stride⌋ +
/// 1.
template <int Kernel, int Stride = Kernel, int Padding = 0>
struct max_pool : detail::pooling<Kernel, Stride, Padding> {
  template <class In>
  using output = typename detail::pooling<Kernel, Stride, Padding>::template output<In>;
  template <class B, class In>
  using tape = tensor<B, output<In>, std::int32_t>;    // which pixel was the largest

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    launch<detail::max_pool_forward>(ctx, operand_of(y).grid(), {Kernel, Stride, Padding, In::height, In::width}, y,
                                     own.tape, x);
  }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto& y, const auto& dy, auto& dx) {
    using Out = shape_of<decltype(y)>;
    launch<detail::max_pool_backward>(ctx, operand_of(x).grid(),
                                      {Kernel, Stride, Padding, Out::height, Out::width, shape_of<decltype(x)>::width},
                                      dx, own.tape, dy);
  }
};

/// The mean of every window; padding counts as zeros, as PyTorch's default. Shapes as max_pool's.
template <int Kernel, int Stride = Kernel, int Padding = 0>
struct average_pool : detail::pooling<Kernel, Stride, Padding> {
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    launch<detail::average_pool_forward>(ctx, operand_of(y).grid(), {Kernel, Stride, Padding, In::height, In::width}, y,
                                         x);
  }
  static void backward(auto& ctx, const auto&, const auto& x, const auto& y, const auto& dy, auto& dx) {
    using Out = shape_of<decltype(y)>;
    launch<detail::average_pool_backward>(ctx, operand_of(x).grid(), {Kernel, Stride, Padding, Out::height, Out::width},
                                          dx, dy);
  }
};

/// The mean over all pixels. Input (n, h, w, c), output (n, c).
struct global_average_pool {
  template <class In>
  using output = features<In::channels>;
  template <class X>
  static constexpr double share = 1. / shape_of<X>::pixels;

  static void forward(auto& ctx, const auto&, const auto& x, auto& y) {
    reduce<fold::sum>(ctx, y, x * share<decltype(x)>);    // (n, c)
  }
  static void backward(auto& ctx, const auto&, const auto& x, const auto&, const auto& dy, auto& dx) {
    map(ctx, dx, dy * share<decltype(x)>);    // (n, h, w, c)
  }
};

/// An image as one vector, in the order (h, w, c). Output (n, h·w·c).
struct flatten {
  template <class In>
  using output = features<int(In::size)>;

  static void forward(auto& ctx, const auto&, const auto& x, auto& y) { map(ctx, flat(y), flat(x)); }
  static void backward(auto& ctx, const auto&, const auto&, const auto&, const auto& dy, auto& dx) {
    if constexpr (wanted<decltype(dx)>) map(ctx, flat(dx), flat(dy));
  }
};

}    // namespace contrastive

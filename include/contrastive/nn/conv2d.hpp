// SPDX-License-Identifier: MIT
#pragma once
// Convolution: im2col and gemm over chunks of rows; the column buffer has a fixed size.
#include <contrastive/net/layer.hpp>
#include <contrastive/nn/bias.hpp>

namespace contrastive {

// clang-format off
namespace detail {
// columns(n, h', w', tap·channels + c) = x(n, h'·stride + r − above, w'·stride + s − beside, c), zero outside
CONTRASTIVE_KERNEL(im2col, (int across, int stride, int above, int beside, int height, int width, int channels),
  (auto columns, auto x),
  int r = c / across; int s = c % across;
  int from_h = h * stride + r - above; int from_w = w * stride + s - beside;
  int inside = from_h >= 0 && from_w >= 0 && from_h < height && from_w < width;
  for (int k = 0; k < channels; ++k) columns(n, h, w, c * channels + k) = inside ? x(n, from_h, from_w, k) : 0;)

// the adjoint of im2col: every pixel gathers from the columns that it was copied to, of which only each stride-th tap
// is one
CONTRASTIVE_KERNEL(col2im,
  (int rows, int across, int stride, int above, int beside, int height, int width, int channels),
  (auto dx, auto columns),
  real sum = 0;
  int i = (h + above) / stride;
  for (int r = (h + above) % stride; r < rows; r += stride) {
    int j = (w + beside) / stride;
    for (int s = (w + beside) % stride; s < across; s += stride) {
      if (i >= 0 && j >= 0 && i < height && j < width) sum += columns(n, i, j, (r * across + s) * channels + c);
      j -= 1;
    }
    i -= 1;
  }
  dx(n, h, w, c) = sum;)
}    // namespace detail
// clang-format on

namespace detail {
inline constexpr std::size_t column_budget = std::size_t(1) << 18;    // elements of the column buffer
}    // namespace detail

/// A convolution; zero padding, by half the kernel unless told otherwise. Kernel and padding: one number, or sides.
///
/// Input (n, h, w, c), output (n, h', w', k) with h' = ⌊(h + 2·padding − kernel) / stride⌋ + 1, as PyTorch rounds.
/// Parameters: `weight` (k, r, s, c) and, with bias::yes, `bias` (k).
///
///     using stem = sequential<conv2d<64, 7, 2>, batch_norm, relu>;
///     using along_a_signal = conv2d<64, sides{1, 5}>;
template <int Channels, sides Kernel, int Stride = 1, sides Padding = Kernel / 2, bias Bias = bias::no>
struct conv2d {
  static_assert(Channels > 0 && Kernel.height > 0 && Kernel.width > 0 && Stride > 0 && Padding.height >= 0 &&
                    Padding.width >= 0,
                "conv2d needs positive channels, kernel and stride");
  static constexpr int taps = Kernel.height * Kernel.width;
  static constexpr int extent(int in, int kernel, int padding) { return (in + 2 * padding - kernel) / Stride + 1; }

  template <class In>
    requires(In::height + 2 * Padding.height >= Kernel.height && In::width + 2 * Padding.width >= Kernel.width)
  using output = image<extent(In::height, Kernel.height, Padding.height),
                       extent(In::width, Kernel.width, Padding.width), Channels>;
  template <class In>
  struct refusal {
    static_assert(
        detail::never<In>,
        "this conv2d's kernel is larger than its padded input: use a smaller kernel, more padding or larger images");
  };

  template <class B, class In>
  struct params : detail::with_bias<B, Channels, Bias> {
    parameter<B, filter<Channels, Kernel.height, Kernel.width, In::channels>, role::weight> weight;
    static constexpr void members(auto&& f, auto&... p) {
      f("weight", p.weight...);
      if constexpr (Bias == bias::yes) f("bias", p.bias...);
    }
  };

  template <class In>
  using columns = image<output<In>::height, output<In>::width, taps * In::channels>;
  template <class In>
  static constexpr int rows_at_once = detail::larger(1, int(detail::column_budget / columns<In>::size));
  template <class B, class In>
  using scratch = chunk<B, columns<In>, rows_at_once<In>>;

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    const auto weight = by_row(own.params.weight);    // (k, rsc)
    in_chunks<In>(x.rows, [&](int first, int count) {
      const auto columns = columns_of<In>(ctx, own, x, first, count);    // (n, h', w', rsc)
      gemm(ctx, detail::by_pixel(operand_of(y).slice(first, count)), detail::by_pixel(columns),
           transpose(weight));    // (n·h'·w', k)
    });
    if constexpr (Bias == bias::yes) map(ctx, y, y + own.params.bias);
  }

  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    using In = shape_of<decltype(x)>;
    using Out = output<In>;
    const auto weight = by_row(own.params.weight);    // (k, rsc)
    in_chunks<In>(x.rows, [&](int first, int count) {
      const auto d = detail::by_pixel(operand_of(dy).slice(first, count));    // (n·h'·w', k)
      if constexpr (wanted<decltype(own.grads.weight)>)
        gemm(ctx, by_row(own.grads.weight), transpose(d), detail::by_pixel(columns_of<In>(ctx, own, x, first, count)),
             1,
             first > 0 ? 1 : 0);    // (k, rsc)
      if constexpr (wanted<decltype(dx)>) {
        const auto columns = own.scratch.first(count);             // (n, h', w', rsc)
        gemm(ctx, detail::by_pixel(columns), d, weight);           // (n·h'·w', rsc)
        const auto target = operand_of(dx).slice(first, count);    // (n, h, w, c)
        launch<detail::col2im>(
            ctx, target.grid(),
            {Kernel.height, Kernel.width, Stride, Padding.height, Padding.width, Out::height, Out::width, In::channels},
            target, columns);
      }
    });
    if constexpr (Bias == bias::yes) reduce<fold::sum>(ctx, own.grads.bias, dy);    // (k)
  }

 private:
  template <class In>
  static void in_chunks(int rows, auto&& f) {
    for (int n = 0; n < rows; n += rows_at_once<In>) f(n, std::min(rows_at_once<In>, rows - n));
  }
  template <class In>
  static auto columns_of(auto& ctx, const auto& own, const auto& x, int first, int count) {
    using Out = output<In>;
    const auto to = own.scratch.first(count);
    launch<detail::im2col>(ctx, {count, Out::height, Out::width, taps},
                           {Kernel.width, Stride, Padding.height, Padding.width, In::height, In::width, In::channels},
                           to, operand_of(x).slice(first, count));
    return to;
  }
};

}    // namespace contrastive

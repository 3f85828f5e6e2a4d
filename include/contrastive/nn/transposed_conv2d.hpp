// SPDX-License-Identifier: MIT
#pragma once
// Transposed convolution: what a convolution's backward pass does to a gradient, as a layer.
#include <contrastive/nn/conv2d.hpp>

namespace contrastive {

namespace detail {
template <class In>
struct transposed_output_is_an_image {
  static_assert(never<In>,
                "this transposed_conv2d pads away all that it makes: use less padding, a larger kernel or larger "
                "images");
};
}    // namespace detail

/// The adjoint of conv2d<c, Kernel, Stride, Padding>, which takes its outputs back to (n, h, w, c) (Dumoulin & Visin
/// 2016, section 4; PyTorch's ConvTranspose2d). Several sizes give a convolution with a stride the same output:
/// OutputPadding, below the stride, chooses among them.
///
/// Input (n, h, w, c), output (n, h', w', k), h' = (h − 1)·stride − 2·padding + kernel + output padding. Parameters:
/// `weight` (c, r, s, k), in PyTorch's order (c, k, r, s) in files, and, with bias::yes, `bias` (k). Weights begin by
/// the fans of that convolution, as PyTorch's do.
///
///     using twice_as_large = ct::transposed_conv2d<32, 4, 2, 1>;    // (n, h, w, c) to (n, 2·h, 2·w, 32)
template <int Channels, sides Kernel, int Stride = 1, sides Padding = Kernel / 2, int OutputPadding = 0,
          bias Bias = bias::no>
struct transposed_conv2d {
  static_assert(Channels > 0 && Kernel.height > 0 && Kernel.width > 0 && Stride > 0 && Padding.height >= 0 &&
                    Padding.width >= 0,
                "transposed_conv2d needs positive channels, kernel and stride");
  static_assert(OutputPadding >= 0 && OutputPadding < Stride,
                "the output padding of a transposed_conv2d is smaller than its stride");
  static constexpr int taps = Kernel.height * Kernel.width;
  static constexpr int extent(int in, int kernel, int padding) {
    return (in - 1) * Stride - 2 * padding + kernel + OutputPadding;
  }

  template <class In>
    requires(extent(In::height, Kernel.height, Padding.height) > 0 &&
             extent(In::width, Kernel.width, Padding.width) > 0)
  using output = image<extent(In::height, Kernel.height, Padding.height),
                       extent(In::width, Kernel.width, Padding.width), Channels>;
  template <class In>
  using refusal = detail::transposed_output_is_an_image<In>;

  template <class B, class In>
  struct params : detail::with_bias<B, Channels, Bias> {
    parameter<B, filter<In::channels, Kernel.height, Kernel.width, Channels>, role::weight> weight;
    static constexpr void members(auto&& f, auto&... p) {
      f("weight", p.weight...);
      if constexpr (Bias == bias::yes) f("bias", p.bias...);
    }
  };

  template <class In>
  using columns = image<In::height, In::width, taps * Channels>;
  template <class In>
  static constexpr int rows_at_once = detail::larger(1, int(detail::column_budget / columns<In>::size));
  template <class B, class In>
  using scratch = chunk<B, columns<In>, rows_at_once<In>>;

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    in_chunks<In>(x.rows, [&](int first, int count) {
      const auto columns = own.scratch.first(count);    // (n, h, w, rsk)
      gemm(ctx, detail::by_pixel(columns), detail::by_pixel(operand_of(x).slice(first, count)),
           by_row(own.params.weight));    // (n·h·w, rsk)
      const auto target = operand_of(y).slice(first, count);
      launch<detail::col2im>(
          ctx, target.grid(),
          {Kernel.height, Kernel.width, Stride, Padding.height, Padding.width, In::height, In::width, Channels}, target,
          columns);    // (n, h', w', k)
    });
    if constexpr (Bias == bias::yes) map(ctx, y, y + own.params.bias);
  }

  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    using In = shape_of<decltype(x)>;
    in_chunks<In>(x.rows, [&](int first, int count) {
      const auto columns = detail::by_pixel(columns_of<In>(ctx, own, dy, first, count));    // (n·h·w, rsk)
      if constexpr (wanted<decltype(own.grads.weight)>)
        gemm(ctx, by_row(own.grads.weight), transpose(detail::by_pixel(operand_of(x).slice(first, count))), columns, 1,
             first > 0 ? 1 : 0);    // (c, rsk)
      if constexpr (wanted<decltype(dx)>)
        gemm(ctx, detail::by_pixel(operand_of(dx).slice(first, count)), columns,
             transpose(by_row(own.params.weight)));    // (n·h·w, c)
    });
    if constexpr (Bias == bias::yes) reduce<fold::sum>(ctx, own.grads.bias, dy);    // (k)
  }

 private:
  template <class In>
  static void in_chunks(int rows, auto&& f) {
    for (int n = 0; n < rows; n += rows_at_once<In>) f(n, std::min(rows_at_once<In>, rows - n));
  }
  template <class In>
  static auto columns_of(auto& ctx, const auto& own, const auto& dy, int first, int count) {
    using Out = output<In>;
    const auto to = own.scratch.first(count);
    launch<detail::im2col>(ctx, {count, In::height, In::width, taps},
                           {Kernel.width, Stride, Padding.height, Padding.width, Out::height, Out::width, Channels}, to,
                           operand_of(dy).slice(first, count));
    return to;
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// A transposed convolution on the CPU's values: the passes of the convolution that it turns round, in turned roles.
#include <contrastive/backend/cpu/steps/convolution.hpp>
#include <contrastive/nn/transposed_conv2d.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class L>
inline constexpr bool is_transposed_conv2d = false;
template <int K, sides R, int Stride, sides Padding, int Extra, bias Bias>
inline constexpr bool is_transposed_conv2d<transposed_conv2d<K, R, Stride, Padding, Extra, Bias>> =
    is_conv2d<conv2d<1, R, Stride, Padding>>;

/// What conv_step and conv_norm_step ask of a convolution. x: blocked (n, h, w, c), y: blocked (n, h', w', k); the
/// convolution goes from y's shape to x's.
template <class X, int K, sides R, int Stride, sides Padding, int Extra, bias Bias>
struct convolution<X, transposed_conv2d<K, R, Stride, Padding, Extra, Bias>> {
  using In = typename X::shape;
  using Out = typename transposed_conv2d<K, R, Stride, Padding, Extra, Bias>::template output<In>;

  static constexpr conv_shape shape(int rows) {
    return {.images = rows,
            .height = Out::height,
            .width = Out::width,
            .channels = K,
            .filters = In::channels,
            .kernel_height = R.height,
            .kernel_width = R.width,
            .stride = Stride,
            .padding_height = Padding.height,
            .padding_width = Padding.width};
  }
  using scratch = convolution_scratch<shape(1 << 12)>;
  using images_scratch = nothing;

  static int rows_of(const X& x) { return images_of(x).rows; }
  static int forward_chunks(int rows) { return backward_chunks(shape(rows)); }

  /// y (blocked): `scale`, where given, multiplies the output's channels.
  static void forward(cpu& device, const X& x, float* y, const float* weight, const float* scale, scratch& s,
                      const epilogue& after) {
    const conv_shape sizes = shape(rows_of(x));
    const auto finish = finishing(device, x);
    const float *from = images_of(x).data, *scaled = scale ? with_scale(device, weight, scale, s.gradient) : weight;
    if (by_winograd(device, sizes))
      with_winograd_workspace(device, sizes, [&](float* workspace) {
        device.winograd.pack_backward(device.pool, sizes, scaled, s.packed);
        device.winograd.backward_data(device.pool, sizes, from, s.packed, y, after, finish, workspace);
      });
    else {
      weight_packing{sizes}.backward(device.pool, device.conv.tile_channels, scaled, s.packed);
      device.conv.backward_data(device.pool, sizes, from, s.packed, y, after, finish);
    }
  }

  /// The gradient of x from a blocked dy, which `before` may have to finish.
  static void to_input(cpu& device, const X& x, const float* weight, scratch& s, images_scratch&, float* dy, auto& dx,
                       range_task before) {
    const conv_shape sizes = shape(rows_of(x));
    float* to = target_of(dx).data;
    const epilogue after = owed(x, dx, on_cpu::forward_chunks(sizes));
    if (by_winograd(device, sizes))
      with_winograd_workspace(device, sizes, [&](float* workspace) {
        device.winograd.pack_forward(device.pool, sizes, weight, nullptr, s.packed);
        device.winograd.forward(device.pool, sizes, dy, s.packed, to, after, before, workspace);
      });
    else {
      weight_packing{sizes}.forward(device.pool, device.conv.tile_channels, weight, nullptr, s.packed);
      device.conv.forward(device.pool, sizes, dy, s.packed, to, after, before);
    }
  }

  static void to_weight(cpu& device, const X& x, const float* dy, scratch& s, float* d_weight) {
    const conv_shape sizes = shape(rows_of(x));
    const float* from = images_of(x).data;
    if (by_winograd(device, sizes))
      with_winograd_workspace(device, sizes, [&](float* workspace) {
        device.winograd.backward_weights(device.pool, sizes, dy, from, s.gradient, {}, workspace);
      });
    else device.conv.backward_weights(device.pool, sizes, dy, from, s.gradient, s.workspace, {});
    weight_packing{sizes}.gradient(device.pool, s.gradient, d_weight);
  }

 private:
  /// The weights (c, r, s, k), those of output channel k times scale[k].
  static const float* with_scale(cpu& device, const float* weight, const float* scale, float* to) {
    constexpr int line = R.height * R.width * K;
    device.pool.run(In::channels, [&](int c) {
      for (int i = 0; i < line; ++i) to[c * line + i] = weight[c * line + i] * scale[i % K];
    });
    return to;
  }
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

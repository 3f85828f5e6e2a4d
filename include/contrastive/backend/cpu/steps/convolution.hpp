// SPDX-License-Identifier: MIT
#pragma once
// A typed convolution on the CPU's values: what its steps share.
#include <contrastive/backend/cpu/kernels/conv_kernels.hpp>
#include <contrastive/backend/cpu/steps/values.hpp>
#include <contrastive/nn/conv2d.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class L>
inline constexpr bool is_conv2d = false;
template <int K, sides R, int Stride, sides Padding, bias Bias>
inline constexpr bool is_conv2d<conv2d<K, R, Stride, Padding, Bias>> = R.height <= 7 && R.width <= 7 && Stride <= 4 &&
                                                                       Padding.height < R.height &&
                                                                       Padding.width < R.width;

/// A network's own images, row-major with few channels, are read as they lie.
template <class X>
inline constexpr bool is_stem_input = false;
template <class S>
inline constexpr bool is_stem_input<tensor<cpu, S>> = S::channels <= 8;

/// Memory for one step: the weights as the kernels want them (forward, then turned for the backward pass), their
/// gradient, and its partial sums over slices of the batch.
template <conv_shape Shape>
struct convolution_scratch {
  static constexpr std::size_t size = packed_size(Shape);
  static constexpr std::size_t winograd_size = winograd_pays(Shape) ? winograd_packed_size(Shape) : 0;
  static constexpr std::size_t slices = gradient_workspace_size(Shape);
  float *packed = nullptr, *gradient = nullptr, *workspace = nullptr;
  constexpr void place_in(auto& place) {
    packed = place.template take_fixed<float>(std::max(size, winograd_size));
    gradient = place.template take_fixed<float>(size);
    workspace = place.template take_fixed<float>(slices);
  }
};

/// Memory for the gradient of the images themselves: the weights, padded to whole blocks of filters, and the columns of
/// a few images, as many as stay in a core's cache.
template <class In, class Out, sides Kernel>
struct image_gradient_scratch {
  static constexpr int taps = Kernel.height * Kernel.width * In::channels, column_floats = 1 << 16,
                       at_once = std::max(1, column_floats / (Out::pixels * taps));
  float *weight = nullptr, *columns = nullptr;
  constexpr void place_in(auto& place) {
    weight = place.template take_fixed<float>(std::size_t(lanes_of<Out>) * taps);
    columns = place.template take_fixed<float>(std::size_t(at_once) * Out::pixels * taps);
  }
};

inline bool by_winograd(const cpu& device, const conv_shape& sizes) {
  return device.may_use_winograd && winograd_pays(sizes);
}
/// f(workspace for Winograd's transforms), one at a time.
void with_winograd_workspace(cpu& device, const conv_shape& sizes, const auto& f) {
  const workers::turn mine(device.pool);
  const std::scoped_lock one(device.winograd_workspace.in_use);
  f(device.winograd_workspace.of(winograd_workspace_size(sizes, device.pool.threads())));
}

template <class X, class Conv>
struct convolution;
template <class X, int K, sides R, int Stride, sides Padding, bias Bias>
struct convolution<X, conv2d<K, R, Stride, Padding, Bias>> {
  using In = typename X::shape;
  using Out = typename conv2d<K, R, Stride, Padding, Bias>::template output<In>;
  static constexpr bool stem = !Readable<X>;

  static constexpr conv_shape shape(int rows) {
    return {.images = rows,
            .height = In::height,
            .width = In::width,
            .channels = In::channels,
            .filters = K,
            .kernel_height = R.height,
            .kernel_width = R.width,
            .stride = Stride,
            .padding_height = Padding.height,
            .padding_width = Padding.width,
            .rows = stem};
  }
  using scratch = convolution_scratch<shape(1 << 12)>;    // as many slices as any batch needs
  using images_scratch = std::conditional_t<stem, image_gradient_scratch<In, Out, R>, nothing>;

  static int rows_of(const X& x) {
    if constexpr (stem) return x.rows;
    else return images_of(x).rows;
  }
  static int forward_chunks(int rows) { return on_cpu::forward_chunks(shape(rows)); }

  /// y (blocked): `scale`, where given, multiplies the filters.
  static void forward(cpu& device, const X& x, float* y, const float* weight, const float* scale, scratch& s,
                      const epilogue& after) {
    const conv_shape sizes = shape(rows_of(x));
    with_images(device, x, [&](const float* images, range_task before) {
      if (by_winograd(device, sizes))
        with_winograd_workspace(device, sizes, [&](float* workspace) {
          device.winograd.pack_forward(device.pool, sizes, weight, scale, s.packed);
          device.winograd.forward(device.pool, sizes, images, s.packed, y, after, before, workspace);
        });
      else {
        weight_packing{sizes}.forward(device.pool, device.conv.tile_channels, weight, scale, s.packed);
        device.conv.forward(device.pool, sizes, images, s.packed, y, after, before);
      }
    });
  }

  /// The gradient of x from a blocked dy, which `before` may have to finish.
  static void to_input(cpu& device, const X& x, const float* weight, scratch& s, images_scratch& images, float* dy,
                       auto& dx, range_task before) {
    if constexpr (stem) {
      before_all(device, rows_of(x), before);
      if constexpr (wanted<decltype(dx)>) to_image(device, weight, images, dy, dx);
    } else {
      const conv_shape sizes = shape(rows_of(x));
      float* to = target_of(dx).data;
      const epilogue after = owed(x, dx, backward_chunks(sizes));
      if (by_winograd(device, sizes))
        with_winograd_workspace(device, sizes, [&](float* workspace) {
          device.winograd.pack_backward(device.pool, sizes, weight, s.packed);
          device.winograd.backward_data(device.pool, sizes, dy, s.packed, to, after, before, workspace);
        });
      else {
        weight_packing{sizes}.backward(device.pool, device.conv.tile_channels, weight, s.packed);
        device.conv.backward_data(device.pool, sizes, dy, s.packed, to, after, before);
      }
    }
  }

  static void to_weight(cpu& device, const X& x, const float* dy, scratch& s, float* d_weight) {
    const conv_shape sizes = shape(rows_of(x));
    if (by_winograd(device, sizes))
      with_winograd_workspace(device, sizes, [&](float* workspace) {
        device.winograd.backward_weights(device.pool, sizes, images(x), dy, s.gradient, {}, workspace);
      });
    else device.conv.backward_weights(device.pool, sizes, images(x), dy, s.gradient, s.workspace, {});
    weight_packing{sizes}.gradient(device.pool, s.gradient, d_weight);
  }

 private:
  static const float* images(const X& x) {
    if constexpr (stem) return x.data;
    else return images_of(x).data;
  }
  static void with_images(cpu& device, const X& x, const auto& f) {
    if constexpr (stem) f(x.data, range_task{});
    else {
      const auto finish = finishing(device, x);
      f(images_of(x).data, finish);
    }
  }
  static void before_all(cpu& device, int rows, range_task before) {
    if (before) device.pool.run(rows, [&](int n) { before(n, n + 1); });
  }
  // The images' own gradient, some images at a time: columns = Σ over blocks of dy · W, and pixels add up what is
  // theirs.
  static void to_image(cpu& device, const float* weight, images_scratch& s, float* dy, auto& dx) {
    constexpr int taps = images_scratch::taps;
    std::fill_n(std::copy_n(weight, K * taps, s.weight), (lanes_of<Out> - K) * taps, 0.f);
    for (int first = 0; first < dx.rows; first += s.at_once) {
      const int count = std::min(s.at_once, dx.rows - first);
      for (int b = 0; b < blocks_of(K); ++b) {
        float* d = dy + (std::ptrdiff_t(b) * dx.rows + first) * Out::pixels * block_channels;
        device.gemm({s.columns, count * Out::pixels, taps}, {d, count * Out::pixels, block_channels},
                    {s.weight + b * block_channels * taps, block_channels, taps}, 1, b > 0);    // (n·h'·w', rsc)
      }
      device.pool.run(count, [&](int n) {
        add_columns(s.columns + std::ptrdiff_t(n) * Out::pixels * taps, dx.data + std::size_t(first + n) * In::size);
      });
    }
  }
  // image(h'·stride + r − padding, w'·stride + s − padding, c) += columns(h', w', r, s, c), inside
  static void add_columns(const float* columns, float* image) {
    constexpr int across = R.width * In::channels;    // what a tap's row adds to a line of the image
    std::fill_n(image, In::size, 0.f);
    for (int i = 0; i < Out::height; ++i)
      for (int j = 0; j < Out::width; ++j, columns += R.height * across) {
        const int left = j * Stride - Padding.width, from = std::max(0, -left),
                  to = std::min(R.width, In::width - left);
        const int top = i * Stride - Padding.height, last = std::min(R.height, In::height - top);
        for (int r = std::max(0, -top); r < last; ++r) {
          const int at = ((top + r) * In::width + left) * In::channels;
          const float* add = columns + r * across;
          if (to - from == R.width)
            for (int k = 0; k < across; ++k) image[at + k] += add[k];
          else
            for (int k = from * In::channels; k < to * In::channels; ++k) image[at + k] += add[k];
        }
      }
  }
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

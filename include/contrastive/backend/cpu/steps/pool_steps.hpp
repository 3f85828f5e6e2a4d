// SPDX-License-Identifier: MIT
#pragma once
// Pools of blocked images: the mean of each map as a row, and the maximum of windows as blocks again.
#include <contrastive/backend/cpu/steps/values.hpp>
#include <contrastive/backend/cpu/verbs/packets.hpp>
#include <contrastive/nn/pool.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

struct average_of_maps {
  static constexpr int covers = 1;
  using example = asked::layers<pending<image<8, 8, 32>>, global_average_pool>;
  template <Readable X>
  struct step {
    using S = typename X::shape;
    using result = tensor<cpu, features<S::channels>>;
    using tape = nothing;
    struct scratch {
      float* lanes = nullptr;    // (n, stored channels)
      constexpr void place_in(auto& place) { lanes = place.template take_rows<float>(lanes_of<S>); }
    };

    static void forward(auto& ctx, X& x, result& y, tape&, scratch& s, const auto&) {
      const auto finish = finishing(ctx.device, x);
      ctx.device.pool.run(y.rows, [&](int n) {
        finish(n, n + 1);
        float* mean = s.lanes + std::size_t(n) * lanes_of<S>;
        ctx.device.channels.average(range_of(x, n, 1), images_of(x).data, mean);
        std::copy_n(mean, S::channels, y.data + std::size_t(n) * S::channels);
      });
    }
    static void backward(auto& ctx, X& x, result&, tape&, scratch& s, auto& dy, auto& dx, const auto&) {
      leave_gradient(ctx.device, x, dx, [&](int n) {
        float* lanes = s.lanes + std::size_t(n) * lanes_of<S>;
        std::fill_n(lanes, lanes_of<S>, 0.f);
        std::copy_n(dy.data + std::size_t(n) * S::channels, S::channels, lanes);
        return masking{.even = lanes, .share = 1.f / float(S::pixels), .dz = nullptr};
      });
    }
  };
  template <Readable X>
  static step<X> match(asked::layers<X, global_average_pool>);
};

struct maximum_of_windows {
  static constexpr int covers = 1;
  using example = asked::layers<pending<image<8, 8, 32>>, max_pool<2>>;
  template <Readable X, int Kernel, int Stride, int Padding>
  struct step {
    using In = typename X::shape;
    using Out = typename max_pool<Kernel, Stride, Padding>::template output<In>;
    using result = blocked<Out>;
    using tape = nothing;
    using scratch = nothing;

    static void forward(auto& ctx, X& x, result& y, tape&, scratch&, const auto&) {
      const auto finish = finishing(ctx.device, x);
      ctx.device.pool.run(y.rows, [&](int n) {
        finish(n, n + 1);
        each_output(x, n, [&](std::ptrdiff_t out, const float* image, const auto& each_pixel) {
          packet best = splat<packet>(-std::numeric_limits<float>::infinity());
          each_pixel([&](std::ptrdiff_t at) {
            const packet here = load<packet>(image + at);
            best = ((best < here) | (here != here)) ? here : best;    // a NaN is larger than all
          });
          store(y.data + out, best);
        });
      });
    }
    // the first largest pixel of every window gets the gradient
    static void backward(auto& ctx, X& x, result& y, tape&, scratch&, auto& dy, auto& dx, const auto&) {
      float* d = target_of(dx).data;
      ctx.device.pool.run(y.rows, [&](int n) {
        for (int block = 0; block < blocks; ++block)
          std::fill_n(d + range_of(x, n, 1).offset(block), std::size_t(In::pixels) * block_channels, 0.f);
        each_output(x, n, [&](std::ptrdiff_t out, const float* image, const auto& each_pixel) {
          const packet best = load<packet>(y.data + out);
          packet left = load<packet>(dy.data + out);
          each_pixel([&](std::ptrdiff_t at) {
            const packet here = load<packet>(image + at) >= best ? left : packet{};
            float* to = d + (image - images_of(x).data) + at;
            store(to, load<packet>(to) + here);
            left -= here;
          });
        });
      });
      leave_gradient(ctx.device, x, dx, [&](int) { return masking{.dy = d, .dz = nullptr}; });    // in place
    }

   private:
    static constexpr int blocks = lanes_of<In> / block_channels;

    /// f(offset of the output, the input image's first vector, walk over the window's pixels)
    static void each_output(const X& x, int n, const auto& f) {
      const image_range in = range_of(x, n, 1), out{blocks, images_of(x).rows, Out::pixels, n, 1};
      for (int block = 0; block < blocks; ++block)
        for (int half = 0; half < block_channels; half += native_lanes)
          for (int h = 0; h < Out::height; ++h)
            for (int w = 0; w < Out::width; ++w)
              f(out.offset(block) + (h * Out::width + w) * block_channels + half,
                images_of(x).data + in.offset(block) + half,
                [h, w](const auto& g) { each_pixel(h * Stride - Padding, w * Stride - Padding, g); });
    }
    static void each_pixel(int top, int left, const auto& g) {
      for (int i = std::max(0, top); i < std::min(In::height, top + Kernel); ++i)
        for (int j = std::max(0, left); j < std::min(In::width, left + Kernel); ++j)
          g(std::ptrdiff_t(i * In::width + j) * block_channels);
    }
  };
  template <Readable X, int Kernel, int Stride, int Padding>
    requires Takes<max_pool<Kernel, Stride, Padding>, typename X::shape>
  static step<X, Kernel, Stride, Padding> match(asked::layers<X, max_pool<Kernel, Stride, Padding>>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

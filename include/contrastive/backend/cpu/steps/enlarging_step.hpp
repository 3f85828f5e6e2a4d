// SPDX-License-Identifier: MIT
#pragma once
// Enlarged blocked images: each pixel of the output is one of the input, or a blend of four.
#include <contrastive/backend/cpu/steps/values.hpp>
#include <contrastive/backend/cpu/verbs/packets.hpp>
#include <contrastive/nn/upsample.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <Readable X, class Layer>
struct enlarging_step {
  using In = typename X::shape;
  using Out = typename Layer::template output<In>;
  using result = blocked<Out>;
  using tape = nothing;
  using scratch = nothing;

  static void forward(auto& ctx, X& x, result& y, tape&, scratch&, const auto&) {
    const auto finish = finishing(ctx.device, x);
    ctx.device.pool.run(y.rows, [&](int n) {
      finish(n, n + 1);
      each_output(y.rows, n, [&](std::ptrdiff_t out, std::ptrdiff_t image, int h, int w) {
        packet sum{};
        each_source(h, w, [&](std::ptrdiff_t at, float share) {
          sum += splat<packet>(share) * load<packet>(images_of(x).data + image + at);
        });
        store(y.data + out, sum);
      });
    });
  }
  // every output adds to the pixels that it was made of, image by image
  static void backward(auto& ctx, X& x, result& y, tape&, scratch&, auto& dy, auto& dx, const auto&) {
    float* d = target_of(dx).data;
    ctx.device.pool.run(y.rows, [&](int n) {
      for (int block = 0; block < blocks; ++block)
        std::fill_n(d + range_of(x, n, 1).offset(block), std::size_t(In::pixels) * block_channels, 0.f);
      each_output(y.rows, n, [&](std::ptrdiff_t out, std::ptrdiff_t image, int h, int w) {
        const packet slope = load<packet>(dy.data + out);
        each_source(h, w, [&](std::ptrdiff_t at, float share) {
          float* to = d + image + at;
          store(to, load<packet>(to) + splat<packet>(share) * slope);
        });
      });
    });
    leave_gradient(ctx.device, x, dx, [&](int) { return masking{.dy = d, .dz = nullptr}; });    // in place
  }

 private:
  static constexpr int blocks = lanes_of<In> / block_channels;

  /// f(offset of the output, offset of the input image's first vector, row and column of the output)
  static void each_output(int images, int n, const auto& f) {
    const image_range in{blocks, images, In::pixels, n, 1}, out{blocks, images, Out::pixels, n, 1};
    for (int block = 0; block < blocks; ++block)
      for (int part = 0; part < block_channels; part += native_lanes)
        for (int h = 0; h < Out::height; ++h)
          for (int w = 0; w < Out::width; ++w)
            f(out.offset(block) + (h * Out::width + w) * block_channels + part, in.offset(block) + part, h, w);
  }
  /// f(offset in the image, share) for the pixels of which (h, w) is made
  static void each_source(int h, int w, const auto& f) {
    const auto rows = Layer::lines(h, In::height), columns = Layer::lines(w, In::width);
    const auto add = [&](int i, int j, float share) {
      if (share > 0) f(std::ptrdiff_t(i * In::width + j) * block_channels, share);
    };
    add(rows.first, columns.first, (1 - rows.share) * (1 - columns.share));
    add(rows.first, columns.second, (1 - rows.share) * columns.share);
    add(rows.second, columns.first, rows.share * (1 - columns.share));
    add(rows.second, columns.second, rows.share * columns.share);
  }
};

struct enlarged_images {
  static constexpr int covers = 1;
  using example = asked::layers<pending<image<8, 8, 32>>, bilinear_upsample<2>>;
  template <Readable X, int Factor>
  static enlarging_step<X, upsample<Factor>> match(asked::layers<X, upsample<Factor>>);
  template <Readable X, int Factor>
  static enlarging_step<X, bilinear_upsample<Factor>> match(asked::layers<X, bilinear_upsample<Factor>>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

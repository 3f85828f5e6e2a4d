// SPDX-License-Identifier: MIT
#pragma once
// Steps that cover no layer and only change how a value is stored.
#include <contrastive/backend/cpu/kernels/conv/packing.hpp>
#include <contrastive/backend/cpu/steps/values.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class From, class To>
struct conversion {
  using result = To;
  using tape = nothing;
  using scratch = nothing;
};

// ---- rows to blocks: before a pattern that reads blocks -------------------------------------------------------------

template <Shape S>
struct to_blocks : conversion<tensor<cpu, S>, blocked<S>> {
  static void forward(auto& ctx, auto& x, auto& y, auto&, auto&) { pack(ctx, x.data, y); }
  static void backward(auto& ctx, auto&, auto&, auto&, auto&, auto& dy, auto& dx) {
    if constexpr (wanted<decltype(dx)>) unpack(ctx, dy, dx.data);
  }
  static void pack(auto& ctx, const float* rows, const blocked<S>& to) {
    ctx.device.pool.run(to.rows, [&](int n) { pack_images(rows, to.data, to.rows, S::pixels, S::channels, n, n + 1); });
  }
  static void unpack(auto& ctx, const blocked<S>& from, float* rows) {
    ctx.device.pool.run(from.rows,
                        [&](int n) { unpack_images(from.data, rows, from.rows, S::pixels, S::channels, n, n + 1); });
  }
};

// ---- blocks to rows: where nothing after a value understands it -----------------------------------------------------

template <class V>
struct to_rows : conversion<V, tensor<cpu, typename V::shape>> {
  using S = typename V::shape;
  static void forward(auto& ctx, auto& x, auto& y, auto&, auto&) {
    const auto finish = finishing(ctx.device, x);
    ctx.device.pool.run(y.rows, [&](int n) {
      finish(n, n + 1);
      unpack_images(images_of(x).data, y.data, y.rows, S::pixels, S::channels, n, n + 1);
    });
  }
  static void backward(auto& ctx, auto& x, auto& y, auto&, auto&, auto& dy, auto& dx) {
    blocked<S> packed{target_of(dx).data, y.rows};
    to_blocks<S>::pack(ctx, dy.data, packed);
    leave_gradient(ctx.device, x, dx, [&](int) { return masking{.dy = packed.data, .dz = nullptr}; });    // in place
  }
};

template <Shape S>
struct to_rows<affine<S>> : conversion<affine<S>, tensor<cpu, S>> {
  static void forward(auto& ctx, auto& x, auto& y, auto&, auto&) {
    ctx.device.pool.run(y.rows, [&](int n) {
      unpack_images(x.raw.data, y.data, y.rows, S::pixels, S::channels, n, n + 1);
      float* row = y.data + std::size_t(n) * S::size;
      for (int p = 0; p < S::pixels; ++p, row += S::channels)
        for (int c = 0; c < S::channels; ++c) row[c] = x.scale.data[c] * row[c] + x.shift.data[c];
    });
  }
  static void backward(auto& ctx, auto& x, auto& y, auto&, auto&, auto& dy, auto& dx) {
    auto& to = target_of(dx);
    to_blocks<S>::pack(ctx, dy.data, blocked<S>{to.data, y.rows});
    to.chunks = y.rows;
    ctx.device.pool.run(y.rows, [&](int n) {
      ctx.device.channels.mask(range_of(x.raw, n, 1), {.dy = to.data, .y2 = x.raw.data, .dz = to.data},
                               to.sums + std::size_t(n) * 3 * lanes_of<S>);
    });
  }
};

// ---- the patterns ---------------------------------------------------------------------------------------------------

struct rows_to_blocks {
  using example = asked::packing<tensor<cpu, image<8, 8, 45>>>;
  template <Shape S>
  static to_blocks<S> match(asked::packing<tensor<cpu, S>>);
};
struct blocks_to_rows {
  using example = asked::unpacking<pending<image<8, 8, 45>>>;
  template <Readable V>
  static to_rows<V> match(asked::unpacking<V>);
  template <Shape S>
  static to_rows<affine<S>> match(asked::unpacking<affine<S>>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

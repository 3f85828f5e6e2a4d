// SPDX-License-Identifier: MIT
// expect: this layer cannot take the shape that the layer before it produces (Number counts from 0)
// A layer written outside the library that gives no sentence of its own.
#include <contrastive/net/network.hpp>
#include <contrastive/nn/conv2d.hpp>

namespace ct = contrastive;

struct gray_only {
  template <class In>
    requires(In::channels == 1)
  using output = In;
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) { ct::map(ctx, y, x); }
  static void backward(auto& ctx, const auto&, const auto&, const auto&, const auto& dy, auto& dx) {
    ct::map(ctx, dx, dy);
  }
};

#ifdef CONTRASTIVE_CORRECTED
using net = ct::sequential<ct::conv2d<1, 3>, gray_only>;
#else
using net = ct::sequential<ct::conv2d<4, 3>, gray_only>;
#endif

constexpr bool fits = ct::Accepts<net, ct::image<8, 8, 1>>;

int main() { return fits ? 0 : 1; }

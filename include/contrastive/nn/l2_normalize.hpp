// SPDX-License-Identifier: MIT
#pragma once
// Puts every row on the unit sphere: y = x / |x|.
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// Input and output (n, c). A row shorter than 1e-12 is divided by that, as PyTorch's `normalize`.
struct l2_normalize {
  template <class In>
    requires(In::pixels == 1)
  using output = In;
  template <class In>
  struct refusal {
    static_assert(detail::never<In>, "l2_normalize takes vectors: put global_average_pool or flatten before it");
  };

  template <class B, class In>
  struct tape {
    tensor<B, features<1>> inverse, along;    // (n) 1 / |x|; (n) dy·y
  };

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    auto& inverse = own.tape.inverse;
    reduce<fold::sum>(ctx, inverse, square(expression_of(x)));    // (n) |x|²
    map(ctx, inverse, 1 / maximum(sqrt(inverse), 1e-12));         // (n)
    map(ctx, y, x * inverse);                                     // (n, c)
  }
  // dx = (dy − y·(dy·y)) / |x|
  static void backward(auto& ctx, const auto& own, const auto&, const auto& y, const auto& dy, auto& dx) {
    auto& [inverse, along] = own.tape;
    reduce<fold::sum>(ctx, along, dy * y);       // (n)
    map(ctx, dx, (dy - y * along) * inverse);    // (n, c)
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Linear layers on rows: the bias and a relu ride in one pass over the product.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/core/step.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <int C, int K, bias Bias>
struct linear_relu_step {
  static constexpr bool exists = true;
  using X = tensor<cpu, features<C>>;
  using result = tensor<cpu, features<K>>;
  using tape = nothing;
  using scratch = nothing;

  static void forward(auto& ctx, X& x, result& y, tape&, scratch&, const auto& layer, const auto&) {
    gemm(ctx, by_row(y), by_row(x), transpose(by_row(layer.params.weight)));    // (n, k)
    if constexpr (Bias == bias::yes) map(ctx, y, maximum(y + layer.params.bias, 0));
    else map(ctx, y, maximum(y, 0));
  }
  static void backward(auto& ctx, X& x, result& y, tape&, scratch&, auto& dy, auto& dx, const auto& layer,
                       const auto&) {
    map(ctx, dy, where_greater(y, 0, dy));                                                                 // (n, k)
    gemm(ctx, by_row(layer.grads.weight), transpose(by_row(dy)), by_row(x));                               // (k, c)
    if constexpr (Bias == bias::yes) reduce<fold::sum>(ctx, layer.grads.bias, dy);                         // (k)
    if constexpr (wanted<decltype(dx)>) gemm(ctx, by_row(dx), by_row(dy), by_row(layer.params.weight));    // (n, c)
  }
};

struct linear_relu {
  static constexpr int layers = 2;
  using example = type_list<tensor<cpu, features<32>>, linear<32>, relu>;
  template <class X, class... L>
  struct step : no_step {};
  template <int C, int K, bias Bias>
  struct step<tensor<cpu, features<C>>, linear<K, Bias>, relu> : linear_relu_step<C, K, Bias> {};
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

// SPDX-License-Identifier: MIT
#pragma once
// Perceptrons: projection heads and encoders of vectors.
#include <contrastive/net/sequential.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>

namespace contrastive {

namespace detail {
template <class Done, int... Sizes>
struct mlp_layers;
template <class... L, int Last>
struct mlp_layers<sequential<L...>, Last> {
  using type = sequential<L..., linear<Last>>;
};
template <class... L, int Next, int... Rest>
  requires(sizeof...(Rest) > 0)
struct mlp_layers<sequential<L...>, Next, Rest...> : mlp_layers<sequential<L..., linear<Next>, relu>, Rest...> {};

template <class Done, int... Sizes>
struct mlp_bn_layers;
template <class... L, int Last>
struct mlp_bn_layers<sequential<L...>, Last> {
  using type = sequential<L..., linear<Last>>;
};
template <class... L, int Next, int... Rest>
  requires(sizeof...(Rest) > 0)
struct mlp_bn_layers<sequential<L...>, Next, Rest...>
    : mlp_bn_layers<sequential<L..., linear<Next, bias::no>, batch_norm, relu>, Rest...> {};
}    // namespace detail

/// Linear layers with relu between them: mlp<512, 128> is linear<512>, relu, linear<128>. The head of SimCLR.
template <int... Sizes>
using mlp = typename detail::mlp_layers<sequential<>, Sizes...>::type;

/// The same with a batch-norm before every relu; the linear layers before them need no bias.
template <int... Sizes>
using mlp_bn = typename detail::mlp_bn_layers<sequential<>, Sizes...>::type;

/// Vectors or small images as one vector, then a perceptron that ends in a relu.
template <int Hidden, int Features>
using mlp_encoder =
    sequential<flatten, linear<Hidden, bias::no>, batch_norm, relu, linear<Features, bias::no>, batch_norm, relu>;

}    // namespace contrastive

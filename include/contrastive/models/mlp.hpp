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
template <int Size>
using hidden = sequential<linear<Size>, relu>;
template <int Size>
using normalized_hidden = sequential<linear<Size, bias::no>, batch_norm, relu>;

template <class... A, class... B>
sequential<A..., B...> operator+(sequential<A...>, sequential<B...>);

/// Hidden<size> for every size but the last, which is a linear layer's.
template <template <int> class Hidden, int... Sizes, std::size_t... I>
auto perceptron(std::index_sequence<I...>)
    -> decltype((sequential<>{} + ... +
                 std::conditional_t<(I + 1 < sizeof...(I)), Hidden<Sizes>, sequential<linear<Sizes>>>{}));
}    // namespace detail

/// Linear layers with relu between them: mlp<512, 128> is linear<512>, relu, linear<128>. The head of SimCLR.
template <int... Sizes>
  requires(sizeof...(Sizes) > 0)
using mlp = decltype(detail::perceptron<detail::hidden, Sizes...>(std::make_index_sequence<sizeof...(Sizes)>{}));

/// The same with a batch-norm before every relu; the linear layers before them need no bias.
template <int... Sizes>
  requires(sizeof...(Sizes) > 0)
using mlp_bn =
    decltype(detail::perceptron<detail::normalized_hidden, Sizes...>(std::make_index_sequence<sizeof...(Sizes)>{}));

/// Vectors or small images as one vector, then a perceptron that ends in a relu.
template <int Hidden, int Features>
using mlp_encoder =
    sequential<flatten, linear<Hidden, bias::no>, batch_norm, relu, linear<Features, bias::no>, batch_norm, relu>;

}    // namespace contrastive

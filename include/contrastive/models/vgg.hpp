// SPDX-License-Identifier: MIT
#pragma once
// VGG-16 (Simonyan & Zisserman 2015) up to its last pooled maps, with torchvision's names for its parameters.
#include <contrastive/net/sequential.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/pool.hpp>

namespace contrastive {

namespace detail {
// convolutions keep their bias, also before a batch-norm, as torchvision's
template <int Channels>
using vgg_conv = conv2d<Channels, 3, 1, 1, bias::yes>;
template <int W>
using vgg16_features =
    sequential<vgg_conv<W>, relu, vgg_conv<W>, relu, max_pool<2>,                                    // 0–4
               vgg_conv<2 * W>, relu, vgg_conv<2 * W>, relu, max_pool<2>,                            // 5–9
               vgg_conv<4 * W>, relu, vgg_conv<4 * W>, relu, vgg_conv<4 * W>, relu, max_pool<2>,     // 10–16
               vgg_conv<8 * W>, relu, vgg_conv<8 * W>, relu, vgg_conv<8 * W>, relu, max_pool<2>,     // 17–23
               vgg_conv<8 * W>, relu, vgg_conv<8 * W>, relu, vgg_conv<8 * W>, relu, max_pool<2>>;    // 24–30
template <int W>
using vgg16_bn_features =
    sequential<vgg_conv<W>, batch_norm, relu, vgg_conv<W>, batch_norm, relu, max_pool<2>,            // 0–6
               vgg_conv<2 * W>, batch_norm, relu, vgg_conv<2 * W>, batch_norm, relu, max_pool<2>,    // 7–13
               vgg_conv<4 * W>, batch_norm, relu, vgg_conv<4 * W>, batch_norm, relu, vgg_conv<4 * W>, batch_norm, relu,
               max_pool<2>, vgg_conv<8 * W>, batch_norm, relu, vgg_conv<8 * W>, batch_norm, relu, vgg_conv<8 * W>,
               batch_norm, relu, max_pool<2>, vgg_conv<8 * W>, batch_norm, relu, vgg_conv<8 * W>, batch_norm, relu,
               vgg_conv<8 * W>, batch_norm, relu, max_pool<2>>;
}    // namespace detail

/// Encoders for images of at least 32×32: thirteen convolutions, five pools, then the mean of each map (8 · Width).
template <int Width = 64>
using vgg16 = sequential<named<"features", detail::vgg16_features<Width>>, global_average_pool>;
/// VGG-16 with a batch-norm behind every convolution.
template <int Width = 64>
using vgg16_bn = sequential<named<"features", detail::vgg16_bn_features<Width>>, global_average_pool>;

}    // namespace contrastive

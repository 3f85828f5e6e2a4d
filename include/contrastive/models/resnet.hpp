// SPDX-License-Identifier: MIT
#pragma once
// Residual networks (He et al. 2016), with torchvision's names for their parameters.
#include <contrastive/net/sequential.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/nn/residual.hpp>

namespace contrastive {

/// A shortcut that changes channels or size: a 1×1 convolution and a batch-norm.
template <int Channels, int Stride>
using projection = sequential<conv2d<Channels, 1, Stride>, batch_norm>;

/// Two 3×3 convolutions (ResNet-18 and 34). Output channels: Channels.
template <int Channels, int Stride, class Shortcut>
using basic_block =
    sequential<named<"", residual<sequential<named<"conv1", conv2d<Channels, 3, Stride>>, named<"bn1", batch_norm>,
                                             relu, named<"conv2", conv2d<Channels, 3>>, named<"bn2", batch_norm>>,
                                  Shortcut>>,
               relu>;

/// 1×1, 3×3, 1×1 (ResNet-50). Output channels: 4 · Channels. The stride is the 3×3's, as torchvision's.
template <int Channels, int Stride, class Shortcut>
using bottleneck =
    sequential<named<"", residual<sequential<named<"conv1", conv2d<Channels, 1>>, named<"bn1", batch_norm>, relu,
                                             named<"conv2", conv2d<Channels, 3, Stride>>, named<"bn2", batch_norm>,
                                             relu, named<"conv3", conv2d<4 * Channels, 1>>, named<"bn3", batch_norm>>,
                                  Shortcut>>,
               relu>;

/// The stem for images of up to about 64 pixels: 3×3, stride 1, no pool.
struct small_images {
  template <int Width>
  using stem = sequential<named<"conv1", conv2d<Width, 3>>, named<"bn1", batch_norm>, relu>;
};
/// The stem for photographs: 7×7, stride 2, max pool.
struct large_images {
  template <int Width>
  using stem = sequential<named<"conv1", conv2d<Width, 7, 2>>, named<"bn1", batch_norm>, relu, max_pool<3, 2, 1>>;
};

namespace detail {
template <std::size_t, class Block>
using same = Block;
template <class First, class Next, std::size_t... I>
auto first_then(std::index_sequence<I...>) -> sequential<First, same<I, Next>...>;
/// A first block that may project, then Count − 1 that do not.
template <class First, class Next, int Count>
using stage = decltype(first_then<First, Next>(std::make_index_sequence<std::size_t(Count - 1)>{}));

template <int Channels, int Stride, int Count>
using basic_stage =
    stage<basic_block<Channels, Stride, std::conditional_t<Stride == 1, identity, projection<Channels, Stride>>>,
          basic_block<Channels, 1, identity>, Count>;
template <int Channels, int Stride, int Count>
using bottleneck_stage =
    stage<bottleneck<Channels, Stride, projection<4 * Channels, Stride>>, bottleneck<Channels, 1, identity>, Count>;

template <class Images, int W, int A, int B, int C, int D>
using basic_resnet = sequential<named<"", typename Images::template stem<W>>, named<"layer1", basic_stage<W, 1, A>>,
                                named<"layer2", basic_stage<2 * W, 2, B>>, named<"layer3", basic_stage<4 * W, 2, C>>,
                                named<"layer4", basic_stage<8 * W, 2, D>>, global_average_pool>;
template <class Images, int W, int A, int B, int C, int D>
using bottleneck_resnet =
    sequential<named<"", typename Images::template stem<W>>, named<"layer1", bottleneck_stage<W, 1, A>>,
               named<"layer2", bottleneck_stage<2 * W, 2, B>>, named<"layer3", bottleneck_stage<4 * W, 2, C>>,
               named<"layer4", bottleneck_stage<8 * W, 2, D>>, global_average_pool>;
}    // namespace detail

/// Encoders up to the pooled features: 8 · Width of them for 18 and 34, 32 · Width for 50.
template <class Images = small_images, int Width = 64>
using resnet18 = detail::basic_resnet<Images, Width, 2, 2, 2, 2>;
/// ResNet-34 (He et al. 2016): 512 features at width 64.
template <class Images = small_images, int Width = 64>
using resnet34 = detail::basic_resnet<Images, Width, 3, 4, 6, 3>;
/// ResNet-50 (He et al. 2016), its strides as torchvision has them: 2,048 features at width 64.
template <class Images = small_images, int Width = 64>
using resnet50 = detail::bottleneck_resnet<Images, Width, 3, 4, 6, 3>;

}    // namespace contrastive

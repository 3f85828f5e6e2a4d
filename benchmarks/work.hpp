// SPDX-License-Identifier: MIT
#pragma once
// The networks whose whole steps are measured; STEP chooses one: resnet18, resnet50, slim18, small or mlp.
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#ifndef STEP
#define STEP resnet18
#endif
#define TEXT_OF(x) #x
#define NAME_OF(x) TEXT_OF(x)

namespace work {

namespace ct = contrastive;

template <class Image, class Encoder, class Head, int Views>
struct on {
  using sample = Image;
  using pipeline = ct::pipeline<ct::cpu, Image, ct::views<ct::normalize>, Encoder, Head, ct::nt_xent>;
  static constexpr int views = Views;
};
struct resnet18 : on<ct::image<32, 32, 3>, ct::resnet18<>, ct::mlp<512, 128>, 128> {};
struct resnet50 : on<ct::image<32, 32, 3>, ct::resnet50<>, ct::mlp<2048, 128>, 64> {};
struct slim18 : on<ct::image<32, 32, 3>, ct::resnet18<ct::small_images, 16>, ct::mlp<128, 128>, 512> {};
struct small : on<ct::image<28, 28, 1>, ct::small_convnet<>, ct::mlp<128, 128>, 512> {};
struct mlp : on<ct::image<28, 28, 1>, ct::mlp_encoder<1024, 512>, ct::mlp<512, 128>, 512> {};

}    // namespace work

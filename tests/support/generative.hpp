// SPDX-License-Identifier: MIT
#pragma once
// The methods that make images, small, on real images; at a rate at which rounding does not grow.
#include <contrastive/methods/bigbigan.hpp>
#include <contrastive/methods/generate.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/models/small_decoder.hpp>
#include <contrastive/nn/spectral_norm.hpp>
#include <contrastive/optim/adam.hpp>

#include "support/training.hpp"

namespace generative_test {

namespace ct = contrastive;
using training_test::few_losses, training_test::images, training_test::recorder, training_test::slow_settings;

using image = ct::image<28, 28, 1>;
using small = ct::image<12, 12, 1>;
template <class... Augmentations>
using one_view = ct::n_views<1, ct::random_resized_crop<12, 12>, Augmentations...>;
using decoder = ct::small_decoder<small, 4>;

template <class Device>
using aavae = ct::pipeline<Device, image, one_view<ct::horizontal_flip>, ct::small_convnet<4>, ct::linear<2 * 4>,
                           ct::aavae<decoder>, ct::adam>;

using discriminator = ct::sequential<ct::spectral_norm<ct::conv2d<8, 3, 2, 1, ct::bias::yes>>, ct::relu,
                                     ct::spectral_norm<ct::conv2d<8, 3, 2, 1, ct::bias::yes>>, ct::relu, ct::flatten>;
template <class Device>
using gan = ct::pipeline<Device, image, one_view<ct::normalize>, discriminator, ct::spectral_norm<ct::linear<1>>,
                         ct::gan<decoder, 6>, ct::adam>;

template <class Device>
using bigbigan = ct::pipeline<Device, image, one_view<ct::normalize>, ct::small_convnet<4>, ct::linear<2 * 4>,
                              ct::bigbigan<decoder, discriminator, ct::mlp<8, 6>, ct::mlp<8, 1>>, ct::adam>;

}    // namespace generative_test

// SPDX-License-Identifier: MIT
#pragma once
// The methods of several parts, small, on real images; at a rate at which rounding does not grow.
#include <contrastive/methods/moco.hpp>
#include <contrastive/methods/simsiam.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/optim/adam.hpp>

#include "support/training.hpp"

namespace methods_test {

namespace ct = contrastive;
using training_test::few_losses, training_test::images, training_test::recorder, training_test::slow_settings,
    training_test::weights_of;

template <class Device>
using moco = ct::pipeline<Device, ct::image<28, 28, 1>, training_test::small_views, ct::small_convnet<8>,
                          ct::mlp_bn<32, 16>, ct::moco<40>>;
template <class Device>
using simsiam = ct::pipeline<Device, ct::image<28, 28, 1>, training_test::small_views, ct::small_convnet<8>,
                             ct::mlp_bn<32, 16>, ct::simsiam<ct::mlp_bn<8, 16>>>;
using decoder = ct::sequential<ct::linear<32>, ct::relu, ct::linear<14 * 14>, ct::unflatten<14, 14, 1>>;
template <class Device>
using vae = ct::pipeline<Device, ct::image<28, 28, 1>, ct::n_views<1, ct::random_resized_crop<14, 14>>,
                         ct::small_convnet<8>, ct::linear<2 * 4>, ct::vae<decoder>, ct::adam>;

}    // namespace methods_test

// SPDX-License-Identifier: MIT
#pragma once
// SwAV and DINO, small, on real images; at a rate at which rounding does not grow.
#include <contrastive/augment/multi_crop.hpp>
#include <contrastive/methods/dino.hpp>
#include <contrastive/methods/swav.hpp>

#include "support/training.hpp"

namespace teachers_test {

namespace ct = contrastive;
using training_test::few_losses, training_test::images, training_test::recorder, training_test::slow_settings,
    training_test::weights_of;

/// Three views: the third is one that nothing is assigned by.
using three_views = ct::n_views<3, ct::random_resized_crop<14, 14>, ct::normalize>;
// gelu: a relu near 0 chooses another side on another device, and its gradient with it
using smooth_encoder = ct::sequential<ct::conv2d<8, 3, 2>, ct::batch_norm, ct::gelu, ct::conv2d<12, 3, 2>,
                                      ct::batch_norm, ct::gelu, ct::global_average_pool>;
using smooth_head = ct::sequential<ct::linear<32, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<16>>;
/// Two views, and two smaller ones.
using two_sizes = ct::multi_crop<ct::views<ct::random_resized_crop<14, 14>, ct::normalize>,
                                 ct::n_views<2, ct::random_resized_crop<10, 9>, ct::normalize>>;
template <class Device, class Method, class Views = three_views>
using small = ct::pipeline<Device, ct::image<28, 28, 1>, Views, smooth_encoder, smooth_head, Method>;
template <class Device>
using swav = small<Device, ct::swav<24>>;
template <class Device>
using dino = small<Device, ct::dino<24>>;
/// The queue is full after three steps, and used from the second epoch on.
template <class Device>
using swav_of_crops = small<Device, ct::swav<24, 40>, two_sizes>;
template <class Device>
using dino_of_crops = small<Device, ct::dino<24>, two_sizes>;

}    // namespace teachers_test

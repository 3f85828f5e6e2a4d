// SPDX-License-Identifier: MIT
// The concept of an encoder, both ways: for each requirement a type that lacks only that one is refused.
#include <contrastive/models/encoder_concepts.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/vgg.hpp>

#include "support/catch.hpp"

using namespace contrastive;

static_assert(Encoder<small_convnet<>, image<28, 28, 1>>);
static_assert(Encoder<resnet18<>, image<32, 32, 3>>);
static_assert(Encoder<resnet50<large_images>, image<224, 224, 3>>);
static_assert(Encoder<vgg16_bn<>, image<32, 32, 3>>);
static_assert(Encoder<mlp_encoder<64, 32>, features<13>>);

// images too small for its five pools
static_assert(!Encoder<vgg16<>, image<16, 16, 3>> && !contrastive::detail::Encodes<vgg16<>, image<16, 16, 3>>);

// maps instead of vectors
using of_maps = sequential<conv2d<8, 3>, relu>;
static_assert(!Encoder<of_maps, image<8, 8, 3>> && contrastive::detail::Encodes<of_maps, image<8, 8, 3>> &&
              contrastive::detail::Walkable<of_maps>);

// a layer alone has no paths
static_assert(!Encoder<linear<8>, features<3>> && contrastive::detail::MakesVectors<linear<8>, features<3>> &&
              !contrastive::detail::Walkable<linear<8>>);

TEST_CASE("the concept of encoders is checked when this compiles") { SUCCEED(); }

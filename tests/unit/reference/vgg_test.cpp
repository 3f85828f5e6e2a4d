// SPDX-License-Identifier: MIT
// VGG-16 on the reference equals torchvision's, narrowed, with and without batch normalization.
#include <contrastive/models/vgg.hpp>

#include "support/encoder_golden.hpp"

using contrastive::image;

TEST_CASE("VGG-16 equals torchvision's") {
  equals_encoder<contrastive::vgg16<2>, image<33, 32, 3>>("vgg16");
  equals_encoder<contrastive::vgg16_bn<2>, image<64, 67, 3>>("vgg16_bn");
}

// SPDX-License-Identifier: MIT
// ResNet-50, and ResNet-18 with the stem for photographs, equal torchvision's on the reference.
#include <contrastive/models/resnet.hpp>

#include "support/encoder_golden.hpp"

using contrastive::image, contrastive::large_images, contrastive::small_images;

TEST_CASE("ResNet-50 equals torchvision's") {
  equals_encoder<contrastive::resnet50<small_images, 4>, image<27, 24, 3>>("resnet50_small_images");
}

TEST_CASE("ResNet-18 for photographs equals torchvision's") {
  equals_encoder<contrastive::resnet18<large_images, 2>, image<61, 50, 3>>("resnet18_large_images");
}

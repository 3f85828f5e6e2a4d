// SPDX-License-Identifier: MIT
// ResNet-18 and 34 on the reference equal torchvision's, narrowed, on odd image sizes; other devices equal the reference.
#include <contrastive/models/resnet.hpp>

#include "support/encoder_golden.hpp"

using contrastive::image, contrastive::small_images;

TEST_CASE("ResNet-18 and ResNet-34 equal torchvision's") {
  equals_encoder<contrastive::resnet18<small_images, 4>, image<17, 14, 3>>("resnet18_small_images");
  equals_encoder<contrastive::resnet34<small_images, 2>, image<16, 16, 3>>("resnet34_small_images");
}

// SPDX-License-Identifier: MIT
// ResNet-50 (width 16) learns in one epoch.
#include "support/one_epoch.hpp"

namespace ct = contrastive;

TEST_CASE("ResNet-50 (width 16) learns in one epoch", "[slow]") {
  one_epoch::learns<ct::resnet50<ct::small_images, 16>>({.least_crop = 0.8, .rate = 0.05, .batch = 64});
}

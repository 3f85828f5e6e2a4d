// SPDX-License-Identifier: MIT
// VGG-16 (with batch-norm, width 16) learns in one epoch.
#include "support/one_epoch.hpp"

namespace ct = contrastive;

TEST_CASE("VGG-16 (with batch-norm, width 16) learns in one epoch", "[slow]") {
  one_epoch::learns<ct::vgg16_bn<16>>({.least_crop = 0.8, .rate = 0.03, .batch = 128});
}

// SPDX-License-Identifier: MIT
// A whole ResNet-18 on every backend equals the reference: outputs, gradients, running statistics, inference.
#include <contrastive/models/resnet.hpp>

#include "support/check_network.hpp"

using namespace contrastive;

TEST_CASE("ResNet-18 of width 8 equals the reference") {
  check_network<resnet18<small_images, 8>, image<16, 16, 3>>(6);
}

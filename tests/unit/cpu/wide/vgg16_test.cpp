// SPDX-License-Identifier: MIT
// VGG-16 learns in one epoch.
#include "support/one_epoch.hpp"

namespace ct = contrastive;

TEST_CASE("VGG-16 learns in one epoch") { one_epoch::check_learns<ct::vgg16_bn<>>(0.06, 3000); }

// SPDX-License-Identifier: MIT
// ResNet-50 learns in one epoch.
#include "support/one_epoch.hpp"

namespace ct = contrastive;

TEST_CASE("ResNet-50 learns in one epoch") { one_epoch::check_learns<ct::resnet50<>>(0.06, 1500); }

// SPDX-License-Identifier: MIT
// A perceptron learns in one epoch.
#include "support/one_epoch.hpp"

namespace ct = contrastive;

TEST_CASE("a perceptron learns in one epoch") { one_epoch::check_learns<ct::mlp_encoder<512, 128>>(0.06, 10000); }

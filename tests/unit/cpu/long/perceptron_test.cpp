// SPDX-License-Identifier: MIT
// A perceptron of two layers learns in one epoch.
#include "support/one_epoch.hpp"

namespace ct = contrastive;

TEST_CASE("a perceptron of two layers learns in one epoch", "[slow]") {
  one_epoch::learns<ct::sequential<ct::flatten, ct::mlp_bn<256, 32>>>({.least_crop = 0.9, .rate = 0.05, .batch = 128});
}

// SPDX-License-Identifier: MIT
// A whole encoder with its head on every backend equals the reference: outputs, gradients, running statistics, inference.
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/net/sequential.hpp>
#include <contrastive/nn/l2_normalize.hpp>

#include "support/check_network.hpp"

using namespace contrastive;

TEST_CASE("a small encoder with a head and normalized output equals the reference") {
  check_network<sequential<small_convnet<8>, mlp<16, 8>, l2_normalize>, image<14, 14, 1>>(8);
}

// SPDX-License-Identifier: MIT
// expect: linear takes vectors: put global_average_pool or flatten before it
#include <contrastive/backend/reference.hpp>
#include <contrastive/net/initialize.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/linear.hpp>
namespace ct = contrastive;
using net = ct::sequential<ct::conv2d<4, 3>, ct::linear<10>>;
int main() {
  ct::reference device;
  ct::weights<ct::reference, net, ct::image<8, 8, 1>> weights(device);
  ct::training_pass<ct::reference, net, ct::image<8, 8, 1>> pass(device, 4);
  ct::initialize(device, weights, 1);
}

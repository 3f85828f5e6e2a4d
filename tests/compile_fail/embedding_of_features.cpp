// SPDX-License-Identifier: MIT
// expect: embedding takes tokens: the first layer of a network whose sample is tokens<Length, Words>
#include <contrastive/backend/reference.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/embedding.hpp>
#include <contrastive/nn/linear.hpp>
namespace ct = contrastive;
#ifdef CONTRASTIVE_CORRECTED
using sample = ct::tokens<7, 100>;
#else
using sample = ct::features<7>;
#endif
int main() {
  ct::reference device;
  ct::weights<ct::reference, ct::sequential<ct::embedding<8>>, sample> weights(device);
}

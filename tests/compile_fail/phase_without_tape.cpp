// SPDX-License-Identifier: MIT
// expect: a training_pass goes back: its phase keeps a tape (training, fixed)
#include <contrastive/backend/reference.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/linear.hpp>

namespace ct = contrastive;

int main() {
#ifdef CONTRASTIVE_CORRECTED
  using phase = ct::fixed;
#else
  using phase = ct::inference;
#endif
  ct::reference device;
  ct::training_pass<ct::reference, ct::sequential<ct::linear<3>>, ct::features<4>, phase> pass(device, 2);
}

// SPDX-License-Identifier: MIT
// A loss that decorrelates features needs two of them.
// expect: this loss decorrelates features, and there is only one: give the network's head more outputs
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/vicreg.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using embedding = ct::features<2>;
#else
using embedding = ct::features<1>;
#endif

int main() {
  ct::reference device;
  ct::loss_pass<ct::reference, ct::vicreg, embedding> loss{device, 8};
  ct::memory<ct::reference, ct::pack<ct::tensor<ct::reference, embedding>>> rows{device, 8};
  ct::no_gradient none;
  loss(device, {}, ct::part<0>(rows.value), ct::no_labels{}, 2, none);
}

// SPDX-License-Identifier: MIT
// expect: this loss needs labels: give it an int32 tensor with one for each row
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using chosen = ct::nt_xent;
#else
using chosen = ct::sup_con;
#endif

void train(ct::reference& device, ct::tensor<ct::reference, ct::features<8>>& z,
           ct::tensor<ct::reference, ct::features<8>>& dz) {
  ct::loss_pass<ct::reference, chosen, ct::features<8>> loss{device, 16};
  loss(device, {}, z, ct::no_labels{}, 2, dz);
}
int main() {}

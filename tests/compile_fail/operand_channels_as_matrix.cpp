// SPDX-License-Identifier: MIT
// expect: some channels of an operand do not lie side by side and are no matrix or column: map them into a tensor of their own first
#include <contrastive/backend/reference.hpp>
#include <contrastive/expr/verbs.hpp>

namespace ct = contrastive;

int main() {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  ct::tensor<ct::reference, ct::features<7>> x;
  ct::tensor<ct::reference, ct::features<3>> y, own;
  ct::parameter<ct::reference, ct::filter<3, 1, 1, 3>, ct::role::weight> w;
#ifdef CONTRASTIVE_CORRECTED
  ct::map(ctx, own, ct::channels<0, 3>(x));
  ct::gemm(ctx, ct::by_row(y), ct::by_row(own), ct::by_row(w));
#else
  ct::gemm(ctx, ct::by_row(y), ct::by_row(ct::channels<0, 3>(x)), ct::by_row(w));
#endif
}

// SPDX-License-Identifier: MIT
// expect: reduce sums over the axes that its output lacks: every extent (rows, height, width, channels) of the output is that of the expression, or one
#include <contrastive/backend/reference.hpp>
#include <contrastive/expr/verbs.hpp>

namespace ct = contrastive;

int main() {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  ct::tensor<ct::reference, ct::image<5, 3, 7>> x;
#ifdef CONTRASTIVE_CORRECTED
  ct::parameter<ct::reference, ct::per_channel<7>, ct::role::shift> sum;
#else
  ct::parameter<ct::reference, ct::per_channel<14>, ct::role::shift> sum;
#endif
  ct::reduce<ct::fold::sum>(ctx, sum, x);
}

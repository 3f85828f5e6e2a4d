// SPDX-License-Identifier: MIT
// expect: these operands do not fit together: each extent (rows, height, width, channels) of one is that of the other, or one
#include <contrastive/backend/reference.hpp>
#include <contrastive/expr/verbs.hpp>

namespace ct = contrastive;

int main() {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  ct::tensor<ct::reference, ct::image<5, 3, 7>> x, y;
#ifdef CONTRASTIVE_CORRECTED
  ct::parameter<ct::reference, ct::per_channel<7>, ct::role::bias> b;
#else
  ct::parameter<ct::reference, ct::per_channel<6>, ct::role::bias> b;
#endif
  ct::map(ctx, y, x + b);
}

// SPDX-License-Identifier: MIT
// expect: map writes one value for each place of its output: every extent (rows, height, width, channels) of the expression is that of the output, or one
#include <contrastive/backend/reference.hpp>
#include <contrastive/expr/verbs.hpp>

namespace ct = contrastive;

int main() {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  ct::tensor<ct::reference, ct::image<5, 3, 7>> x;
#ifdef CONTRASTIVE_CORRECTED
  ct::tensor<ct::reference, ct::image<5, 3, 7>> y;
#else
  ct::tensor<ct::reference, ct::features<7>> y;
#endif
  ct::map(ctx, y, x * 2);
}

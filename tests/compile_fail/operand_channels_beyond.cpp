// SPDX-License-Identifier: MIT
// expect: channels<First, Count>(t) takes channels that t has: First + Count is at most their number
#include <contrastive/backend/reference.hpp>
#include <contrastive/expr/verbs.hpp>

namespace ct = contrastive;

int main() {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  ct::tensor<ct::reference, ct::features<7>> x;
  ct::tensor<ct::reference, ct::features<3>> y;
#ifdef CONTRASTIVE_CORRECTED
  ct::map(ctx, y, ct::channels<4, 3>(x));
#else
  ct::map(ctx, y, ct::channels<5, 3>(x));
#endif
}

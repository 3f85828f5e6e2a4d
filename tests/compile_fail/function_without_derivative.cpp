// SPDX-License-Identifier: MIT
// expect: this function has no derivative yet: add its rule in expr/derivative.hpp
#include <contrastive/backend/reference.hpp>
#include <contrastive/nn/elementwise.hpp>

namespace ct = contrastive;

struct is_one : ct::elementwise<is_one> {
#ifdef CONTRASTIVE_CORRECTED
  static constexpr auto of(auto x) { return x; }
#else
  static constexpr auto of(auto x) { return equal(x, 1); }
#endif
};

int main() {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  ct::tensor<ct::reference, ct::features<7>> x, dx;
  is_one::backward(ctx, 0, x, x, x, dx);
}

// SPDX-License-Identifier: MIT
// expect: an augmentation makes its pixels by static void apply(auto& ctx, const auto& own, const auto& x, auto& y)
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/reference.hpp>

namespace ct = contrastive;

struct darken {
  template <class In>
  using output = In;
#ifdef CONTRASTIVE_CORRECTED
  static void apply(auto& ctx, const auto&, const auto& x, auto& y) { ct::map(ctx, y, x * 0.5); }
#else
  static void aply(auto& ctx, const auto&, const auto& x, auto& y) { ct::map(ctx, y, x * 0.5); }
#endif
};

int main() {
  ct::reference device;
  ct::view_pass<ct::reference, ct::image<28, 28, 1>, ct::views<darken>> pass{device, 16};
}

// SPDX-License-Identifier: MIT
// A layer that cannot hand a gradient back.
// expect: this is not a layer: it is an empty type with output<In>, forward(ctx, own, x, y) and backward(ctx, own, x, y, dy, dx)
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

struct doubled {
  template <class In>
  using output = In;
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) { map(ctx, y, 2 * x); }
#ifdef CONTRASTIVE_CORRECTED
  static void backward(auto& ctx, const auto&, const auto&, const auto&, const auto& dy, auto& dx) {
    map(ctx, dx, 2 * dy);
  }
#endif
};
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>,
                                ct::sequential<ct::flatten, ct::linear<8>, doubled>, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1, .loss = {.temperature = 0.2}}};
  return model.fit(data.train(), {.epochs = 1}).epochs;
}

// SPDX-License-Identifier: MIT
// An optimizer that declares no memory.
// expect: this is not an optimizer: it needs a config with a learning_rate and members, state<Params> and update<Net>(...)
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

struct descent {
  struct config {
    double learning_rate = 0.1;
    static constexpr void members(auto&& f, auto&... c) { f("learning_rate", c.learning_rate...); }
  };
#ifdef CONTRASTIVE_CORRECTED
  template <class Params>
  using state = ct::nothing;
#endif
  template <class Net>
  static void update(auto& ctx, const config&, double rate, std::int64_t, auto& params, const auto& grads, auto&) {
    ct::visit<Net>([&](const ct::no_path&, auto& p, const auto& g) { map(ctx, p, p - rate * g); }, ct::no_path{},
                   params, grads);
  }
};
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>,
                                ct::mlp_encoder<32, 16>, ct::mlp<16, 8>, ct::nt_xent, descent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1, .optimizer = {.learning_rate = 0.2}}};
  return model.fit(data.train(), {.epochs = 1}).epochs;
}

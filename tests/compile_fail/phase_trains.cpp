// SPDX-License-Identifier: MIT
// expect: trains<> has no answer in this phase: ask batch_statistics<>, moves_statistics<>, draws_noise<> or keeps_tape<> for what the body needs
#include <contrastive/backend/reference.hpp>
#include <contrastive/net/network.hpp>

namespace ct = contrastive;

struct doubles_in_training {
  template <class In>
  using output = In;
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) {
#ifdef CONTRASTIVE_CORRECTED
    if constexpr (ct::draws_noise<decltype(ctx)>) map(ctx, y, 2 * x);
#else
    if constexpr (ct::trains<decltype(ctx)>) map(ctx, y, 2 * x);
#endif
    else map(ctx, y, x);
  }
  static void backward(auto&, const auto&, const auto&, const auto&, const auto&, auto&) {}
};

int main() {
  ct::reference device;
  ct::weights<ct::reference, ct::sequential<doubles_in_training>, ct::features<4>> net(device);
  ct::training_pass<ct::reference, ct::sequential<doubles_in_training>, ct::features<4>, ct::fixed> pass(device, 2);
  ct::tensor<ct::reference, ct::features<4>> x;
  pass.forward(device, {}, x, net.slots());
}

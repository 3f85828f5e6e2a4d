// SPDX-License-Identifier: MIT
// expect: this body reads a parameter's gradient that nobody wants: ask wanted<decltype(own.grads.weight)> first, or keep what the body needs in its scratch
#include <contrastive/backend/reference.hpp>
#include <contrastive/net/network.hpp>

namespace ct = contrastive;

// y = x · a, a per channel
struct gain {
  template <class In>
  using output = In;
  template <class B, class In>
  struct params {
    ct::parameter<B, ct::per_channel<In::channels>, ct::role::scale> weight;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...); }
  };
  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) { map(ctx, y, x * own.params.weight); }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    ct::reduce<ct::fold::sum>(ctx, own.grads.weight, dy * x);
#ifndef CONTRASTIVE_CORRECTED
    map(ctx, own.grads.weight, own.grads.weight * 2);    // passed over, but its operands are read
#endif
    map(ctx, dx, dy * own.params.weight);
  }
};

int main() {
  ct::reference device;
  using net = ct::sequential<gain>;
  ct::weights<ct::reference, net, ct::features<4>> w(device);
  ct::training_pass<ct::reference, net, ct::features<4>> pass(device, 2);
  ct::tensor<ct::reference, ct::features<4>> x, dx;
  pass.backward(device, {}, x, dx, w.slots_without_gradients());
}

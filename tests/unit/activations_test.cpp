// SPDX-License-Identifier: MIT
// Activations equal PyTorch, and so do their derivatives, which are taken from the tree.
#include <contrastive/nn/elementwise.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::features, ct::image;

namespace {

template <class Activation>
void equals_activation(const std::string& name, auto&& prepare) {
  const golden g{"activations"};
  equals<Activation, image<2, 3, 7>>(g.of(name), one_layer, prepare);
  equals<Activation, features<16>>(g.of(name + "_far"), one_layer, prepare);
  equals<Activation, features<1>>(g.of(name + "_zero"), one_layer, prepare);
}
template <class Activation>
void equals_activation(const std::string& name) {
  equals_activation<Activation>(name, [](auto&) {});
}

}    // namespace

TEST_CASE("activations equal PyTorch near zero, at zero and where exp overflows") {
  equals_activation<ct::relu>("relu");
  equals_activation<ct::leaky_relu>("leaky_relu");
  equals_activation<ct::leaky_relu>("leaky_relu_steep", [](auto& c) { ct::part<0>(c).slope = 0.2; });
  equals_activation<ct::gelu>("gelu");
  equals_activation<ct::swish>("swish");
}

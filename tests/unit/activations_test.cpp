// SPDX-License-Identifier: MIT
// Activations equal PyTorch, and so do their derivatives, which are taken from the tree.
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>

#include "support/layer_golden.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

/// One image of two has a NaN: it is seen behind the layers, in training and in inference.
template <class In, class... Layers>
void hands_nan_on() {
  ct::testing::trial<device, ct::sequential<Layers...>, In> t(shared_device(), 2);
  auto x = ct::testing::normal_numbers(2 * In::size, 1);
  x[0] = std::numeric_limits<double>::quiet_NaN();
  const auto is_nan = [](double number) { return std::isnan(number); };
  CHECK(std::ranges::any_of(t.forward(x), is_nan));
  CHECK(std::ranges::any_of(t.infer(x), is_nan));
}

}    // namespace

TEST_CASE("activations equal PyTorch near zero, at zero and where exp overflows") {
  equals_activation<ct::relu>("relu");
  equals_activation<ct::leaky_relu>("leaky_relu");
  equals_activation<ct::leaky_relu>("leaky_relu_steep", [](auto& c) { ct::part<0>(c).slope = 0.2; });
  equals_activation<ct::gelu>("gelu");
  equals_activation<ct::swish>("swish");
  equals_activation<ct::tanh_unit>("tanh");
  equals_activation<ct::sigmoid_unit>("sigmoid");
}

TEST_CASE("a relu hands NaN on, alone and in a step with other layers: a loss that is lost is seen") {
  hands_nan_on<image<4, 4, 3>, ct::relu>();
  hands_nan_on<image<4, 4, 3>, ct::conv2d<40, 3, 1, 1, ct::bias::yes>, ct::relu>();
  hands_nan_on<image<4, 4, 3>, ct::conv2d<40, 3>, ct::batch_norm, ct::relu>();
  hands_nan_on<image<4, 4, 3>, ct::conv2d<40, 3>, ct::batch_norm, ct::relu, ct::conv2d<3, 3>, ct::batch_norm,
               ct::relu>();
  hands_nan_on<features<5>, ct::linear<4>, ct::relu>();
}

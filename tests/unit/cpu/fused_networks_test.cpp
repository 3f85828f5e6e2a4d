// SPDX-License-Identifier: MIT
// Networks on the CPU's overrides: no shipped encoder falls back, gradients of images and Winograd's way are right.
#include <contrastive/cpu.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/vgg.hpp>

#include "support/check_overrides.hpp"

using namespace contrastive;

namespace {

// ---- no encoder falls back, in training or in inference, nested programs included ---------------------------------------

template <class Net, class In, class Phase>
constexpr std::size_t generic = program_of<Net, tensor<cpu, In>, Phase>::generic_steps;
template <class Net, class In>
constexpr bool all_fused = generic<Net, In, training> == 0 && generic<Net, In, inference> == 0;

static_assert(generic<mlp_encoder<64, 32>, image<28, 28, 1>, training> == 3);    // flatten and two products
static_assert(all_fused<small_convnet<>, image<28, 28, 1>>);
static_assert(all_fused<resnet18<>, image<32, 32, 3>>);
static_assert(all_fused<resnet34<>, image<32, 32, 3>>);
static_assert(all_fused<resnet50<>, image<32, 32, 3>>);
static_assert(all_fused<resnet50<large_images>, image<224, 224, 3>>);
static_assert(all_fused<vgg16<>, image<32, 32, 3>>);
static_assert(all_fused<vgg16_bn<>, image<32, 32, 3>>);

// one generic layer in a net does not push the rest off the fast path: swish is generic, everything after it is not
using with_swish = sequential<conv2d<32, 3>, batch_norm, swish, conv2d<32, 3>, batch_norm, relu,
                              residual<sequential<conv2d<32, 3>, batch_norm>>, relu, global_average_pool>;
static_assert(generic<with_swish, image<8, 8, 3>, training> == 1);
static_assert(generic<with_swish, image<8, 8, 3>, inference> == 1);
// inside a branch too, and it is counted there
using swish_inside = sequential<residual<sequential<conv2d<8, 3>, batch_norm, swish, conv2d<8, 3>, batch_norm>>, relu>;
static_assert(generic<swish_inside, image<8, 8, 8>, training> == 1);

}    // namespace

TEST_CASE("the gradient of images equals the generic body's, behind every kind of stem") {
  check_network<sequential<conv2d<40, 3>, batch_norm, relu>, image<13, 9, 3>>(5);
  check_network<sequential<conv2d<32, 7, 2>, batch_norm, relu>, image<40, 37, 3>>(7);    // more than at once
  check_network<sequential<conv2d<5, 3, 2, 0, bias::yes>, relu>, image<8, 7, 1>>(4);
  check_network<sequential<conv2d<70, 5, 3, 1>>, image<11, 12, 8>>(3);
}

// ---- Winograd's way is taken where it pays, and can be forbidden ----------------------------------------------------------

static_assert(on_cpu::winograd_pays({.images = 2, .height = 8, .width = 8, .channels = 32, .filters = 32}));
static_assert(!on_cpu::winograd_pays({.images = 64, .height = 2, .width = 2, .channels = 512, .filters = 512}));
static_assert(!on_cpu::winograd_pays({.images = 2, .height = 4, .width = 4, .channels = 512, .filters = 512}));
static_assert(
    !on_cpu::winograd_pays({.images = 9, .height = 8, .width = 8, .channels = 32, .filters = 32, .stride = 2}));

TEST_CASE("by Winograd a net has other roundings, no other numbers; without it the device is as exact as direct sums") {
  using net = sequential<conv2d<32, 3>, batch_norm, relu, conv2d<48, 3>, batch_norm, relu, conv2d<32, 3>>;
  using in = image<13, 9, 3>;
  cpu quick{{.threads = 2}}, exact{{.threads = 2, .winograd = false}};
  reference oracle;
  testing::trial<cpu, net, in> with{quick, 6}, without{exact, 6};
  testing::trial<reference, net, in> expected{oracle, 6};
  const auto x = testing::normal_numbers(6 * in::size, 1);
  const auto y = expected.forward(x), y_with = with.forward(x), y_without = without.forward(x);
  CHECK(y_with != y_without);
  check_close("output by Winograd", y_with, y, tolerance::winograd_float);
  check_close("output", y_without, y, tolerance::exact_layer_float);
  const auto dy = testing::normal_numbers(y.size(), 2);
  expected.backward(dy), with.backward(dy), without.backward(dy);
  check_close(with.gradients(), expected.gradients(), 5 * tolerance::winograd_float);
  check_close(without.gradients(), expected.gradients(), tolerance::layer_gradient_float);
}

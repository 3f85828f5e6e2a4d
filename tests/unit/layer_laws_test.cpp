// SPDX-License-Identifier: MIT
// The laws of layers, for every layer on odd shapes: no extent fills a block.
#include <contrastive/models/resnet.hpp>
#include <contrastive/nn/dropout.hpp>
#include <contrastive/nn/l2_normalize.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/nn/unit_linear.hpp>
#include <contrastive/testing/layer_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::bias, ct::features, ct::image;
using ct::testing::layer_law_options;

namespace {

constexpr layer_law_options one_layer{.values = tolerance::exact_layer_float,
                                      .gradients = tolerance::layer_gradient_float,
                                      .differences = tolerance::finite_differences};

template <class Layer, class In>
void obeys(layer_law_options o = one_layer) {
  for (const auto& law : ct::testing::layer_laws<Layer, In>(shared_device(), o)) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

}    // namespace

TEST_CASE("convolutions obey the laws of layers") {
  obeys<ct::conv2d<5, 3, 2, 1, bias::yes>, image<7, 5, 3>>();
  obeys<ct::conv2d<2, 5, 1, 0>, image<6, 9, 1>>();
}

TEST_CASE("linear and unit_linear obey the laws of layers") {
  obeys<ct::linear<5>, features<7>>();
  obeys<ct::unit_linear<5>, features<7>>();
}

TEST_CASE("batch_norm obeys the laws of layers") { obeys<ct::batch_norm, image<5, 3, 7>>(); }

TEST_CASE("activations obey the laws of layers") {
  obeys<ct::relu, image<5, 3, 7>>();
  obeys<ct::leaky_relu, image<5, 3, 7>>();
  obeys<ct::gelu, image<5, 3, 7>>();
  obeys<ct::swish, image<5, 3, 7>>();
  obeys<ct::tanh_unit, image<5, 3, 7>>();
  obeys<ct::sigmoid_unit, image<5, 3, 7>>();
}

TEST_CASE("dropout obeys the laws of layers: the same numbers are lost on the way back, and on every device") {
  obeys<ct::dropout, image<5, 3, 7>>();
  obeys<ct::dropout, features<7>>();
}

TEST_CASE("pools obey the laws of layers") {
  obeys<ct::max_pool<3, 2, 1>, image<7, 5, 3>>();
  obeys<ct::average_pool<2>, image<7, 5, 3>>();
  obeys<ct::global_average_pool, image<7, 5, 3>>();
}

TEST_CASE("flatten, unflatten and l2_normalize obey the laws of layers") {
  obeys<ct::flatten, image<7, 5, 3>>();
  obeys<ct::unflatten<3, 2, 4>, features<24>>();
  obeys<ct::l2_normalize, features<7>>();
}

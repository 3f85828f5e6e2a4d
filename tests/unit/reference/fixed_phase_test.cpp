// SPDX-License-Identifier: MIT
// Phase fixed on whole networks: the gradient of images through a frozen encoder is the limit of its differences.
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/testing/gradient_check.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

using namespace contrastive;

namespace {

/// Statistics that three batches have left.
template <class Net, class In>
testing::named_numbers learned_statistics() {
  reference device;
  testing::trial<reference, Net, In> t(device, 4);
  for (std::uint64_t batch = 0; batch < 3; ++batch) t.forward(testing::normal_numbers(4 * In::size, batch));
  return t.statistics();
}
template <class Net, class In>
void differentiates() {
  const auto statistics = learned_statistics<Net, In>();
  const auto found = testing::gradient_check<Net, In, fixed>({.rows = 2, .samples = 12},
                                                             [&](auto& t) { t.set_statistics(statistics); });
  INFO(found.where);
  CHECK(found.worst < tolerance::finite_differences_of_net);
}

}    // namespace

TEST_CASE("images' and weights' gradients through frozen batch-norms are the limits of differences") {
  differentiates<sequential<small_convnet<4>, mlp_bn<8, 4>>, image<12, 12, 1>>();
  using block = residual<sequential<conv2d<8, 3, 2>, batch_norm, relu, conv2d<8, 3>, batch_norm>,
                         sequential<conv2d<8, 1, 2>, batch_norm>>;
  differentiates<sequential<block, relu>, image<6, 6, 4>>();
}

TEST_CASE("one image alone has a gradient: a frozen batch-norm needs no second value") {
  reference device;
  testing::trial<reference, batch_norm, features<3>, fixed> t(device, 1);
  const auto pass = [&](bool with_gradients) {
    t.forward({1, 2, 3});
    return with_gradients ? t.backward({1, 1, 1}) : t.backward_for_input({1, 1, 1});
  };
  CHECK(pass(true) == pass(false));
}

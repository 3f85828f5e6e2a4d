// SPDX-License-Identifier: MIT
// SigLIP as a method: its gradients, those of scale and bias too, against finite differences; that both learn.
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/siglip.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/testing/method_check.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::method_gradient_check, ct::testing::method_trial;

namespace {

using smooth_encoder = ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::global_average_pool>;
using siglip = ct::pipeline<ct::reference, ct::image<6, 5, 1>, ct::views<ct::gaussian_blur<>>, smooth_encoder,
                            ct::linear<6>, ct::siglip>;

}    // namespace

TEST_CASE("a step of SigLIP leaves the derivative of its loss, for the scale and the bias too") {
  const auto report = method_gradient_check<siglip>({.method = {.scale = 4, .bias = -2}}, 6);
  INFO(report.where);
  CHECK(report.checked > 50);
  CHECK(report.worst < tolerance::finite_differences_of_net);
  int of_line = 0;
  for (const auto& [name, slope] : method_trial<siglip>({}, 6).gradients())
    if (name.rfind("line: ", 0) == 0) {
      ++of_line;
      CHECK(slope.at(0) != 0);
    }
  CHECK(of_line == 2);
  CHECK_THROWS_AS(method_trial<siglip>({.method = {.scale = 0}}, 6).loss(), ct::argument_error);
}

// SPDX-License-Identifier: MIT
// SigLIP as a method: its gradients, those of scale and bias too, against finite differences; resuming.
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/siglip.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/testing/method_check.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"
#include "support/training.hpp"

namespace ct = contrastive;
using ct::testing::method_gradient_check, ct::testing::method_trial;
using recorded = std::vector<double>;

namespace {

using smooth_encoder = ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::global_average_pool>;
using siglip = ct::pipeline<ct::reference, ct::image<6, 5, 1>, ct::views<ct::gaussian_blur<>>, smooth_encoder,
                            ct::linear<6>, ct::siglip>;

/// Records t and b of each step, and may stop the run after one of them.
struct scales {
  recorded& found;
  int stop_after = -1;
  ct::control on_step(const ct::step_info& info) {
    for (const char* name : {"scale", "bias"}) found.push_back(info.figures[name]);
    return info.step == stop_after ? ct::control::stop : ct::control::go_on;
  }
};

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

TEST_CASE("SigLIP that is stopped and resumed equals one that never stopped; scale and bias move") {
  using small = ct::pipeline<ct::reference, ct::image<28, 28, 1>, training_test::small_views, ct::small_convnet<8>,
                             ct::mlp<16>, ct::siglip>;
  const auto data = ct::unlabeled(ct::first(training_test::images(), 32));
  const ct::fit_options options{.epochs = 2, .batch = 16};
  const temporary_folder folder;
  recorded straight, pieces;
  small one{{.seed = 5}}, other{{.seed = 5}}, again{{.seed = 5}};
  (void)one.fit(data, options, scales{straight});
  (void)other.fit(data, options, scales{pieces, 2}, ct::checkpoints{folder.path()});
  (void)again.fit(data, options, scales{pieces, -1}, ct::checkpoints{folder.path()});
  CHECK(pieces == straight);    // what a step finds is what the one before it has left
  REQUIRE(straight.size() == 8);
  CHECK((straight[0] == 10 && straight[1] == -10));
  CHECK((straight[6] != 10 && straight[7] != -10));
}

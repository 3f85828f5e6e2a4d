// SPDX-License-Identifier: MIT
// Fine-tuning against finite differences, in double, and what a frozen encoder has not.
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/fine_tune.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/testing/method_check.hpp>

#include <algorithm>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::method_gradient_check, ct::testing::method_trial, ct::testing::named_numbers;

namespace {

// gelu: a relu's derivative jumps where finite differences look
using encoder =
    ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::conv2d<6, 3>, ct::gelu, ct::global_average_pool>;
using head = ct::sequential<ct::linear<8, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<3>>;
template <class Phase>
using tuned = ct::pipeline<ct::reference, ct::image<6, 5, 1>, ct::n_views<1>, encoder, head,
                           ct::fine_tune<ct::cross_entropy, Phase>>;

bool all_zero(const ct::testing::numbers& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return v == 0; });
}

}    // namespace

TEST_CASE("a step of fine-tuning leaves the derivative of its loss, whatever becomes of the encoder's statistics") {
  const auto check = []<class Phase>(Phase) {
    const auto report = method_gradient_check<tuned<Phase>>({.method = {.loss = {.label_smoothing = 0.1}}}, 6);
    INFO(report.where);
    CHECK(report.checked > 60);
    CHECK(report.worst < tolerance::finite_differences_of_net);
  };
  check(ct::training{});
  check(ct::fixed{});
}

TEST_CASE("a frozen encoder has no gradient, and its head has that of an encoder at rest") {
  const named_numbers frozen = method_trial<tuned<ct::frozen_encoder>>({}, 6).gradients();
  const named_numbers resting = method_trial<tuned<ct::training>>({.method = {.head_alone = 0.9}}, 6).gradients();
  CHECK(frozen == resting);
  int heads = 0;
  for (const auto& [name, gradient] : frozen) {
    INFO(name);
    const bool of_head = name.find("head") != std::string::npos;
    CHECK(all_zero(gradient) == !of_head);
    heads += of_head;
  }
  CHECK(heads >= 4);
}

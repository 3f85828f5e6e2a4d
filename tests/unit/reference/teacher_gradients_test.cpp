// SPDX-License-Identifier: MIT
// SwAV and DINO against finite differences, in double: what a step leaves as gradients is the derivative of its loss.
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/multi_crop.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/dino.hpp>
#include <contrastive/methods/swav.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/testing/method_check.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::method_gradient_check, ct::testing::method_trial;

namespace {

// gelu: a relu's derivative jumps where finite differences look
using smooth_encoder =
    ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::conv2d<6, 3>, ct::gelu, ct::global_average_pool>;
using smooth_head = ct::sequential<ct::linear<8, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<6>>;
template <class Method, class Views>
using method_of = ct::pipeline<ct::reference, ct::image<6, 5, 1>, Views, smooth_encoder, smooth_head, Method>;
template <class Method, int Views>
using method = method_of<Method, ct::n_views<Views, ct::gaussian_blur<>>>;
using two_sizes = ct::multi_crop<ct::views<ct::gaussian_blur<>>, ct::n_views<2, ct::random_resized_crop<4, 3>>>;

/// SwAV whose assignments are those of its first step, and whose prototypes are put on the sphere in that step alone: at
/// these weights it has SwAV's gradient, and elsewhere a loss that can be differentiated.
struct swav_with_held_assignments {
  static constexpr int k = 7;
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  template <class Encoder, class Head>
  using network = ct::swav<k>::network<Encoder, Head>;
  static constexpr bool takes_local_views = true;
  template <class S>
  struct on : ct::parts<S> {
    using B = typename S::device;
    ct::learner<S> online{*this, "", S::global_count};
    ct::learner<S, ct::linear<k, ct::bias::no>, typename S::template output_of<>> prototypes{*this, "prototypes"};
    ct::detail::view_targets<S, k> targets{*this};
    ct::scratchpad<S, ct::pack<ct::sinkhorn::memory<B, k>, ct::chunk<B, ct::features<1>, k>>> memory{*this, 1};
    ct::all_views<S> all{*this, online};
    bool held = false;

    ct::loss_report step(auto& m) {
      if (!held)
        ct::detail::put_rows_on_sphere(m, part<0>(prototypes.net().parameters.value).weight, part<1>(*memory).first(k));
      const auto& s = prototypes.forward(m, all.forward(m));
      for (int v : {0, 1})
        if (!held) ct::sinkhorn::assign(m, part<0>(*memory), 0.05, 3, m.view(s, v), targets.of(v));
      held = true;
      const auto report = targets.judge(m, 0.1, s, prototypes.dy());
      prototypes.backward(m, all.dy());
      all.backward(m);
      return report;
    }
  };
};

template <class Pipeline>
void leaves_its_derivative(const typename Pipeline::settings& s) {
  const auto report = method_gradient_check<Pipeline>(s, 6);
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
}

}    // namespace

TEST_CASE("a step of SwAV leaves the derivative of its loss, nothing going back through the assignments") {
  using held = method<swav_with_held_assignments, 3>;
  using swav = method<ct::swav<swav_with_held_assignments::k>, 3>;
  leaves_its_derivative<held>({});
  CHECK(method_trial<swav>({.method = {.frozen_epochs = 0}}, 6).gradients() == method_trial<held>({}, 6).gradients());
}

TEST_CASE("a step of DINO leaves the derivative of its loss, nothing going back through the teacher") {
  using dino = method<ct::dino<7>, 3>;
  // the center is the mean of what the teacher says, which stands still
  leaves_its_derivative<dino>({.method = {.momentum = 1, .center_momentum = 0, .frozen_epochs = 0}});
}

TEST_CASE("views of two sizes leave the derivative of their loss in the weights that they share") {
  using held = method_of<swav_with_held_assignments, two_sizes>;
  using swav = method_of<ct::swav<swav_with_held_assignments::k>, two_sizes>;
  leaves_its_derivative<held>({});
  CHECK(method_trial<swav>({.method = {.frozen_epochs = 0}}, 6).gradients() == method_trial<held>({}, 6).gradients());

  using dino = method_of<ct::dino<7>, two_sizes>;
  leaves_its_derivative<dino>(
      {.method = {.momentum = 1, .center_momentum = 0, .frozen_epochs = 0}, .view_passes = ct::passes::each_view});
}

TEST_CASE("frozen prototypes hand on the same gradient, and have none of their own") {
  using dino = method<ct::dino<7>, 2>;
  const auto gradients = [](int frozen_epochs) {
    return method_trial<dino>({.method = {.frozen_epochs = frozen_epochs}}, 5).gradients();
  };
  const auto frozen = gradients(1), free = gradients(0);
  REQUIRE(frozen.size() == free.size());
  for (std::size_t i = 0; i < frozen.size(); ++i) {
    INFO(free[i].first);
    if (free[i].first.find("last_layer") == std::string::npos) CHECK(frozen[i].second == free[i].second);
    else CHECK(frozen[i].second == ct::testing::numbers(frozen[i].second.size(), 0.));
  }
}

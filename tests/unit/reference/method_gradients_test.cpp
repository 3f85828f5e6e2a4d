// SPDX-License-Identifier: MIT
// Whole methods against finite differences, in double: what a step leaves as gradients is the derivative of its loss.
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sigreg.hpp>
#include <contrastive/methods/moco.hpp>
#include <contrastive/methods/simsiam.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/testing/method_check.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::method_gradient_check, ct::testing::method_trial;

namespace {

// gelu: a relu's derivative jumps where finite differences look
using smooth_encoder =
    ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::conv2d<6, 3>, ct::gelu, ct::global_average_pool>;
using smooth_head = ct::sequential<ct::linear<8, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<6>>;
using smooth_predictor = ct::sequential<ct::linear<3, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<6>>;
using smooth_decoder = ct::sequential<ct::linear<9>, ct::gelu, ct::linear<6 * 5>, ct::unflatten<6, 5, 1>>;

template <class Views, class Head, class LossOrMethod>
using method = ct::pipeline<ct::reference, ct::image<6, 5, 1>, Views, smooth_encoder, Head, LossOrMethod>;
using two_views = method<ct::n_views<2>, smooth_head, ct::nt_xent>;

/// SimSiam whose targets are those of its first step: at these weights it has SimSiam's gradient, and elsewhere a loss that
/// can be differentiated.
struct simsiam_with_held_targets {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  template <class S>
  struct on : ct::parts<S> {
    using embedding = typename S::template output_of<>;
    ct::learner<S> online{*this};
    ct::learner<S, smooth_predictor, embedding> predictor{*this, "predictor"};
    ct::view_judge<S, ct::negative_cosine> judge{*this};
    ct::scratchpad<S, ct::pack<ct::tensor<typename S::device, embedding>>> target{*this};
    bool held = false;

    ct::loss_report step(auto& m) {
      const auto& z = online.forward(m, m.views);
      const auto& p = predictor.forward(m, z);
      auto& t = part<0>(*target);
      if (!held) map(m, t, z * 1);
      held = true;
      const auto other = [&](int v) { return m.view(t, 1 - v); };
      const auto report = judge(m, {.weight = 0.5}, p, other, predictor.dy());
      predictor.backward(m, online.dy());
      online.backward(m);
      return report;
    }
  };
};

/// Rows are judged by a second network that learns too, or only hands a gradient on.
template <bool Learns>
struct judged_by_another {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  template <class S>
  struct on : ct::parts<S> {
    using embedding = typename S::template output_of<>;
    ct::learner<S> online{*this};
    ct::learner<S, smooth_predictor, embedding> critic{*this, "critic"};
    ct::figures<S, "loss"> figure{*this};

    ct::loss_report step(auto& m) {
      const auto& y = critic.forward(m, online.forward(m, m.views));
      ct::reduce<ct::fold::sum>(m, figure[0], y * y * 0.5);
      ct::map(m, critic.dy(), y * 1);
      if (Learns) critic.backward(m, online.dy());
      else critic.backward_to_input(m, online.dy());
      online.backward(m);
      return {.value = figure.read()[0]};
    }
  };
};

}    // namespace

TEST_CASE("a network that hands a gradient on hands on the same bits, and makes no gradient of its weights") {
  const auto gradients = []<bool Learns>(std::bool_constant<Learns>) {
    return method_trial<method<ct::n_views<2>, smooth_head, judged_by_another<Learns>>>({}, 5).gradients();
  };
  const auto both = gradients(std::true_type{}), one = gradients(std::false_type{});
  REQUIRE(both.size() == one.size());
  for (std::size_t i = 0; i < both.size(); ++i) {
    INFO(both[i].first);
    if (both[i].first.find("critic") == std::string::npos) CHECK(one[i].second == both[i].second);
    else CHECK(one[i].second == ct::testing::numbers(one[i].second.size(), 0.));
  }
}

TEST_CASE("a step of SimCLR leaves the derivative of its loss, with all views in one pass and with a pass for each") {
  for (const auto how : {ct::passes::together, ct::passes::each_view}) {
    const auto report = method_gradient_check<two_views>({.view_passes = how}, 5);
    INFO(report.where);
    CHECK(report.checked > 100);
    CHECK(report.worst < tolerance::finite_differences_of_net);
  }
}

TEST_CASE("a step of MoCo leaves the derivative of its loss") {
  using moco = method<ct::n_views<2, ct::gaussian_blur<>>, smooth_head, ct::moco<12>>;
  const auto report = method_gradient_check<moco>({.method = {.momentum = 1, .key_groups = 2}}, 6);
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
}

TEST_CASE("a step of SimSiam leaves the derivative of its loss, nothing going back through the targets") {
  using siam = method<ct::n_views<2, ct::gaussian_blur<>>, smooth_head, ct::simsiam<smooth_predictor>>;
  using held = method<ct::n_views<2, ct::gaussian_blur<>>, smooth_head, simsiam_with_held_targets>;
  const auto report = method_gradient_check<held>({}, 5);
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
  const auto found = method_trial<siam>({.method = {.constant_predictor_rate = false}}, 5).gradients();
  CHECK(found == method_trial<held>({}, 5).gradients());
}

TEST_CASE("a step of a VAE leaves the derivative of its loss") {
  using vae = method<ct::n_views<1>, ct::linear<2 * 3>, ct::vae<smooth_decoder>>;
  const auto report = method_gradient_check<vae>({.method = {.beta = 0.7}}, 5);
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
}

TEST_CASE("a step by LeJEPA leaves the derivative of its loss along the directions of that step") {
  using lejepa = method<ct::n_views<2, ct::gaussian_blur<>>, smooth_head, ct::lejepa<7>>;
  const auto report = method_gradient_check<lejepa>({.loss = {.lambda = 0.5}}, 5);
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
}

// SPDX-License-Identifier: MIT
// Methods with targets against finite differences, in double: what a step leaves as gradients is the derivative of its loss with
// the targets held.
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/methods/byol.hpp>
#include <contrastive/methods/moco_v3.hpp>
#include <contrastive/methods/nnclr.hpp>
#include <contrastive/methods/simsiam.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/testing/method_check.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::method_gradient_check, ct::testing::method_trial;

namespace {

// gelu: a relu's derivative jumps where finite differences look
using encoder = ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::global_average_pool>;
using head = ct::sequential<ct::linear<8, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<6>>;
using predictor = ct::sequential<ct::linear<3, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<6>>;
template <class Method, int Views = 2>
using method =
    ct::pipeline<ct::reference, ct::image<6, 5, 1>, ct::n_views<Views, ct::gaussian_blur<>>, encoder, head, Method>;

/// Network and predictor beside targets that are those of the first step: at these weights it has the gradient of a
/// method whose targets move with the weights, and elsewhere a loss that can be differentiated.
template <class Predictor, class L, class Targets>
struct with_held_targets {
  using config = typename L::config;
  template <class S>
  struct on : ct::parts<S> {
    using embedding = typename S::template output_of<>;
    ct::learner<S> online{*this};
    ct::learner<S, Predictor, embedding> predictor{*this, "predictor"};
    typename Targets::template of<S> targets{*this};
    ct::scratchpad<S, ct::pack<ct::tensor<typename S::device, embedding>>> held{*this};
    ct::view_judge<S, L> judge{*this};
    bool made = false;

    ct::loss_report step(auto& m) {
      const auto& z = online.forward(m, m.views);
      const auto& p = predictor.forward(m, z);
      auto& t = part<0>(*held);
      if (!made) targets(m, t, z);
      made = true;
      const auto report = judge(m, m.settings.method, p, [&](int v) { return m.view(t, v); }, predictor.dy());
      predictor.backward(m, online.dy());
      online.backward(m);
      return report;
    }
  };
};

template <int Queue>
struct neighbors_of_the_other_view {
  template <class S>
  struct of {
    ct::parts<S>& owner;
    ct::ring<S, Queue, 6> queue{owner, "queue"};
    ct::detail::unit_outputs<S> unit{owner};
    ct::detail::nearest_in_queue<S, Queue> find{owner};
    of(ct::parts<S>& o) : owner(o) {}
    void operator()(auto& m, auto& t, const auto& z) {
      for (int v = 0; v < 2; ++v) find(m, m.view(t, v), m.view(unit(m, z), 1 - v), queue.all());
    }
  };
};
struct mean_of_the_other_views {
  template <class S>
  struct of {
    of(ct::parts<S>&) {}
    void operator()(auto& m, auto& t, const auto& z) {
      map(m, m.view(t, 0), m.view(z, 1) * 0.5 + m.view(z, 2) * 0.5);
      map(m, m.view(t, 1), m.view(z, 0) * 0.5 + m.view(z, 2) * 0.5);
      map(m, m.view(t, 2), m.view(z, 0) * 0.5 + m.view(z, 1) * 0.5);
    }
  };
};

template <class Pipeline>
void leaves_the_derivative(const typename Pipeline::settings& s) {
  const auto report = method_gradient_check<Pipeline>(s, 5);
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
}

}    // namespace

TEST_CASE("a step of BYOL leaves the derivative of its loss, with all views in one pass and with a pass for each") {
  for (const auto how : {ct::passes::together, ct::passes::each_view})
    leaves_the_derivative<method<ct::byol<predictor>>>({.method = {.momentum = 1}, .view_passes = how});
}

TEST_CASE("a step of MoCo v3 leaves the derivative of its loss") {
  leaves_the_derivative<method<ct::moco_v3<predictor>>>({.method = {.temperature = 0.3, .momentum = 1}});
}

TEST_CASE("a step of NNCLR leaves the derivative of its loss, nothing going back through the neighbors") {
  using held = method<with_held_targets<ct::detail::with_unit_rows<predictor>, ct::found_by_target_nce,
                                        neighbors_of_the_other_view<12>>>;
  const typename held::settings s{.method = {.temperature = 0.3, .weight = 0.5}};
  leaves_the_derivative<held>(s);
  using neighbors = method<ct::nnclr<predictor, 12>>;
  CHECK(method_trial<neighbors>({.method = {.temperature = 0.3}}, 5).gradients() ==
        method_trial<held>(s, 5).gradients());
}

TEST_CASE(
    "a step of SimSiam with three views leaves the derivative of its loss, nothing going back through the targets") {
  using held = method<with_held_targets<predictor, ct::negative_cosine, mean_of_the_other_views>, 3>;
  const typename held::settings s{.method = {.weight = 1. / 3}};
  leaves_the_derivative<held>(s);
  using siam = method<ct::simsiam<predictor>, 3>;
  CHECK(method_trial<siam>({.method = {.constant_predictor_rate = false}}, 5).gradients() ==
        method_trial<held>(s, 5).gradients());
}

// SPDX-License-Identifier: MIT
#pragma once
// Bootstrap your own latent: each view's prediction beside what a network that follows makes of the other view.
#include <contrastive/loss/negative_cosine.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/method/view_judge.hpp>
#include <contrastive/methods/predictor.hpp>
#include <contrastive/models/mlp.hpp>

namespace contrastive {

/// BYOL (Grill et al. 2020, eq. 2): |q₁ − z′₂|² + |q₂ − z′₁|² of rows of length 1, q the predictor's, z′ the target's;
/// each is 2 − 2 cos, the mean over samples. The target follows after the update, its momentum rising to 1.
///
/// The value is 0 where predictions are right, and where all embeddings coincide; 4 where they point anywhere. The
/// paper normalizes each view by itself: `{.view_passes = ct::passes::each_view}`.
///
///     using byol = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                               ct::byol<ct::mlp_bn<128, 64>>>;
///     byol model{{.method = {.momentum = {0.97, 1}}, .view_passes = ct::passes::each_view}};
///     model.freeze("target");    // the network that follows
template <class Predictor>
struct byol {
  struct config {
    scheduled momentum{0.99, 1};    // of the target; 0.996 for runs of a thousand epochs
    part_config<Predictor> predictor{};
    static constexpr void members(auto&& f, auto&... c) {
      f("momentum", c.momentum...), f("predictor", c.predictor...);
    }
  };
  static constexpr int views_needed = 2;
  template <class S>
  static constexpr bool fits() {
    return detail::predictor_fits<Predictor, S>();
  }

  template <class S>
  struct on : parts<S> {
    learner<S> online{*this};
    learner<S, Predictor, typename S::template output_of<>> predictor{*this, "predictor", &config::predictor};
    twin<S> target{*this, "target", online};
    view_judge<S, negative_cosine> judge{*this};

    loss_report step(auto& m) {
      const auto& momentum = m.settings.method.momentum;
      detail::require_momentum(momentum);
      const auto& p = predictor.forward(m, online.forward(m, m.views));    // (2n, d)
      const auto& t = target.forward(m, m.views);                          // (2n, d)
      const auto other = [&](int v) { return m.view(t, 1 - v); };
      auto report = judge(m, {.weight = 2}, p, other, predictor.dy());
      report.value += 4, report.chance_level = 4;
      m.checked(report);
      predictor.backward(m, online.dy());
      online.backward(m);
      predictor.update(m), online.update(m);
      target.follow(m, momentum.at(m.at.progress()));
      return report;
    }
  };
};

}    // namespace contrastive

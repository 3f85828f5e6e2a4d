// SPDX-License-Identifier: MIT
#pragma once
// Simple siamese learning: each view's prediction beside the other views, through which nothing goes back.
#include <contrastive/loss/negative_cosine.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/method/view_judge.hpp>
#include <contrastive/methods/predictor.hpp>
#include <contrastive/models/mlp.hpp>

namespace contrastive {

/// SimSiam (Chen & He 2021, algorithm 1): ½ D(p₁, z₂) + ½ D(p₂, z₁), D = −cos, z a number that nothing goes back
/// through. The predictor's bottleneck is a quarter of the head's outputs in the paper; its rate does not decay there:
/// `{.method = {.constant_predictor_rate = true}}`.
///
///     using siam = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                               ct::simsiam<ct::mlp_bn<16, 64>>>;
///
/// With V > 2 views, `ct::n_views<4, …>`, it is FastSiam (Pototzky et al. 2022, eq. 4): each view's target is the mean
/// z of all others, the loss the mean over views.
template <class Predictor>
struct simsiam {
  struct config {
    bool constant_predictor_rate = true;
    part_config<Predictor> predictor{};
    static constexpr void members(auto&& f, auto&... c) {
      f("constant_predictor_rate", c.constant_predictor_rate...), f("predictor", c.predictor...);
    }
  };

  template <class S>
  static constexpr bool fits() {
    if constexpr (S::view_count < 2) return detail::refuse<detail::method_compares_views<simsiam, S::view_count>>();
    else return detail::predictor_fits<Predictor, S>();
  }

  template <class S>
  struct on : parts<S> {
    using embedding = typename S::template output_of<>;
    using rows = tensor<typename S::device, embedding>;
    static constexpr int views = S::view_count;
    learner<S> online{*this};
    learner<S, Predictor, embedding> predictor{*this, "predictor", &config::predictor};
    view_judge<S, negative_cosine> judge{*this};
    scratchpad<S, pack<rows>> of_others{*this, 1};    // their mean z

    loss_report step(auto& m) {
      const auto& z = online.forward(m, m.views);    // (v·n, d)
      const auto& p = predictor.forward(m, z);       // (v·n, d)
      const auto target = [&](int v) { return target_of(m, z, v); };
      const auto report = m.checked(judge(m, {.weight = 1. / views}, p, target, predictor.dy()));
      predictor.backward(m, online.dy());
      online.backward(m);
      if (m.settings.method.constant_predictor_rate) predictor.update_at_base_rate(m);
      else predictor.update(m);
      online.update(m);
      return report;
    }

   private:
    /// (n, d)
    rows target_of(auto& m, const auto& z, int v) {
      if constexpr (views == 2) return m.view(z, 1 - v);
      else {
        auto mean = part<0>(*of_others);
        const int first = v == 0;
        map(m, mean, m.view(z, first) * (1. / (views - 1)));
        for (int u = first + 1; u < views; ++u)
          if (u != v) map(m, mean, mean + m.view(z, u) * (1. / (views - 1)));
        return mean;
      }
    }
  };
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Simple siamese learning: each view's prediction beside the other view, through which nothing goes back.
#include <contrastive/loss/negative_cosine.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/models/mlp.hpp>

namespace contrastive {

namespace detail {
template <class Predictor, class Embedding>
struct predictor_keeps_shape {
  static_assert(never<Predictor>,
                "a predictor answers with a vector as long as the one it reads: its last layer has to have as many "
                "outputs as the head");
};
}    // namespace detail

/// SimSiam (Chen & He 2021, algorithm 1): ½ D(p₁, z₂) + ½ D(p₂, z₁), D = −cos, z a number that nothing goes back
/// through. The predictor's bottleneck is a quarter of the head's outputs in the paper; its rate does not decay there:
/// `{.method = {.constant_predictor_rate = true}}`.
///
///     using siam = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                               ct::simsiam<ct::mlp_bn<16, 64>>>;
template <class Predictor>
struct simsiam {
  struct config {
    bool constant_predictor_rate = true;
    part_config<Predictor> predictor{};
    static constexpr void members(auto&& f, auto&... c) {
      f("constant_predictor_rate", c.constant_predictor_rate...), f("predictor", c.predictor...);
    }
  };
  static constexpr int views_needed = 2;

  template <class S>
  static constexpr bool fits() {
    using embedding = typename S::template output_of<>;
    if constexpr (!Accepts<Predictor, embedding>) return false;
    else if constexpr (!std::is_same_v<typename Predictor::template output<embedding>, embedding>)
      return detail::refuse<detail::predictor_keeps_shape<Predictor, embedding>>();
    else return true;
  }

  template <class S>
  struct on : parts<S> {
    learner<S> online{*this};
    learner<S, Predictor, typename S::template output_of<>> predictor{*this, "predictor", &config::predictor};
    scratchpad<S, negative_cosine::memory<typename S::device>> memory{*this, 1};
    figures<S, "first", "second"> figure{*this};

    loss_report step(auto& m) {
      const auto& z = online.forward(m, m.views);    // (2n, d)
      const auto& p = predictor.forward(m, z);       // (2n, d)
      const auto report = m.checked(judge(m, p, z));
      predictor.backward(m, online.dy());
      online.backward(m);
      if (m.settings.method.constant_predictor_rate) predictor.update_at_base_rate(m);
      else predictor.update(m);
      online.update(m);
      return report;
    }

    /// z: the targets, (2n, d).
    loss_report judge(auto& m, const auto& p, const auto& z) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      const double share = 1. / p.rows;
      for (int v = 0; v < 2; ++v)
        negative_cosine::evaluate(m, *memory, figure[v], m.view(p, v), m.view(z, 1 - v), m.view(predictor.dy(), v),
                                  share);
      const auto [first, second] = figure.read();
      return {.value = first + second, .figures = {{"positive_similarity", -first - second}}};
    }
  };
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Momentum contrast without a queue: predictions of one view, keys of the other, the batch's other keys as negatives.
#include <contrastive/loss/in_batch_nce.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/method/unit_outputs.hpp>
#include <contrastive/method/view_judge.hpp>
#include <contrastive/methods/predictor.hpp>
#include <contrastive/models/mlp.hpp>

namespace contrastive {

/// MoCo v3 (Chen, Xie & He 2021, algorithm 1): 2τ times the cross-entropy of each query's key among the keys of the
/// batch, for both directions, and their sum. The key network follows between the queries and the keys, its momentum
/// rising to 1; the queries' network has a predictor, the keys' none. Learns by `in_batch_nce`.
///
///     using moco = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                               ct::moco_v3<ct::mlp_bn<128, 64>>>;
///     moco model{{.method = {.temperature = 0.2, .momentum = {0.99, 1}}}};
///     model.freeze("key");    // the network that follows
template <class Predictor>
struct moco_v3 {
  using query_predictor = detail::with_unit_rows<Predictor>;
  struct config {
    double temperature = 0.2;    // the paper's for transformers; 1 for its ResNets
    scheduled momentum{0.99, 1};
    part_config<query_predictor> predictor{};
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("momentum", c.momentum...), f("predictor", c.predictor...);
    }
  };
  static constexpr int views_needed = 2;
  template <class S>
  static constexpr bool fits() {
    return detail::predictor_fits<Predictor, S>();
  }

  template <class S>
  struct on : parts<S> {
    learner<S> query{*this};
    learner<S, query_predictor, typename S::template output_of<>> predictor{*this, "predictor", &config::predictor};
    twin<S> key{*this, "key", query};
    detail::unit_outputs<S> unit{*this};
    view_judge<S, in_batch_nce> judge{*this};

    loss_report step(auto& m) {
      const config& c = m.settings.method;
      detail::require_momentum(c.momentum);
      const auto& q = predictor.forward(m, query.forward(m, m.views));    // (2n, d)
      key.follow(m, c.momentum.at(m.at.progress()));
      const auto& k = unit(m, key.forward(m, m.views));    // (2n, d)
      const auto other = [&](int v) { return m.view(k, 1 - v); };
      auto report = judge(m, {.temperature = c.temperature, .weight = 2 * c.temperature}, q, other, predictor.dy());
      report.chance_level = 4 * c.temperature * std::log(double(other(0).rows));
      m.checked(report);
      predictor.backward(m, query.dy());
      query.backward(m);
      predictor.update(m), query.update(m);
      return report;
    }
  };
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Contrast with neighbors: a view's nearest neighbor among earlier embeddings stands for it beside the other view.
#include <contrastive/loss/in_batch_nce.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/method/nearest_in_queue.hpp>
#include <contrastive/method/unit_outputs.hpp>
#include <contrastive/method/view_judge.hpp>
#include <contrastive/methods/predictor.hpp>
#include <contrastive/models/mlp.hpp>

namespace contrastive {

/// NNCLR (Dwibedi et al. 2021, eq. 4): the cross-entropy of finding p₂ by the neighbor of z₁, among the p₂ of the
/// batch, the mean of both directions. Neighbors are looked up in a queue of the last Queue embeddings z of view 0,
/// before those of this batch go into it. Learns by `found_by_target_nce`.
///
/// A queue shorter than a batch is refused; one with fewer rows than there are classes has no neighbor for each.
///
///     using neighbors = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                                    ct::nnclr<ct::mlp_bn<128, 64>, 4096>>;
template <class Predictor, int Queue = 4096>
struct nnclr {
  using unit_predictor = detail::with_unit_rows<Predictor>;
  struct config {
    double temperature = 0.2;
    part_config<unit_predictor> predictor{};
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("predictor", c.predictor...);
    }
  };
  static constexpr int views_needed = 2;
  template <class S>
  static constexpr bool fits() {
    return detail::predictor_fits<Predictor, S>();
  }

  template <class S>
  struct on : parts<S> {
    using embedding = typename S::template output_of<>;
    learner<S> online{*this};
    learner<S, unit_predictor, embedding> predictor{*this, "predictor", &config::predictor};
    ring<S, Queue, embedding::channels> queue{*this, "queue"};
    detail::unit_outputs<S> unit{*this};
    detail::nearest_in_queue<S, Queue> find{*this};
    scratchpad<S, pack<tensor<typename S::device, embedding>>> neighbors{*this};
    view_judge<S, found_by_target_nce> judge{*this};

    loss_report step(auto& m) {
      const config& c = m.settings.method;
      const auto& z = online.forward(m, m.views);    // (2n, d)
      const auto& p = predictor.forward(m, z);       // (2n, d)
      const auto& u = unit(m, z);                    // (2n, d)
      const auto& neighbor = part<0>(*neighbors);    // (2n, d)
      for (int v = 0; v < 2; ++v) find(m, m.view(neighbor, v), m.view(u, v), queue.all());
      const auto other = [&](int v) { return m.view(neighbor, 1 - v); };
      auto report = judge(m, {.temperature = c.temperature, .weight = 0.5}, p, other, predictor.dy());
      report.chance_level = std::log(double(other(0).rows));
      m.checked(report);
      predictor.backward(m, online.dy());
      online.backward(m);
      predictor.update(m), online.update(m);
      queue.push(m, m.view(u, 0));
      return report;
    }
  };
};

}    // namespace contrastive

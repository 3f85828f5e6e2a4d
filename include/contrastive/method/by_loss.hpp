// SPDX-License-Identifier: MIT
#pragma once
// The smallest method: one network, one loss of what it makes of all views.
#include <contrastive/method/judge.hpp>
#include <contrastive/method/learner.hpp>

namespace contrastive {

namespace detail {
/// What a pipeline with a loss learns by: SimCLR (nt_xent), supervised contrastive (sup_con), a classifier
/// (cross_entropy).
template <class L>
struct by_loss {
  using loss_type = L;
  using config = typename L::config;
  static constexpr bool needs_labels = L::needs_labels;
  static constexpr bool compares_directions = !std::is_same_v<prepare_of<L>, sequential<>>;
  template <class Encoder, class Head>
  using network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", prepare_of<L>>>;
  template <class Views, class Net, class Optimizer>
  using settings = pipeline_settings<Views, Net, L, Optimizer>;

  template <class S>
  struct on : parts<S> {
    learner<S> net{*this};
    judge<S, L, typename S::template output_of<>> loss{*this};

    loss_report step(auto& m) {
      const auto& z = net.forward(m, m.views);    // (v·n, d)
      const auto report = loss(m, m.settings.loss, z, net.dy());
      net.backward(m);
      net.update(m);
      return report;
    }
  };
};
}    // namespace detail

}    // namespace contrastive

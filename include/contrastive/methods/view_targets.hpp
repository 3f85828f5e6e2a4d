// SPDX-License-Identifier: MIT
#pragma once
// What SwAV and DINO share: distributions that the first two views of a sample are assigned to, and that its other
// views are to predict.
#include <contrastive/loss/arguments.hpp>
#include <contrastive/loss/soft_cross_entropy.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/nn/l2_normalize.hpp>

#include <algorithm>
#include <cmath>

namespace contrastive::detail {

template <class Method, int Found>
struct views_are_compared {
  static_assert(never<Method>,
                "this method lets a view of a sample predict what another view is assigned to: it needs at least two "
                "views, n_views<2, ...>");
};
template <class Method>
struct assigns_to_several {
  static_assert(never<Method>,
                "a view is assigned to one of several outputs: with fewer than two there is nothing to predict");
};
template <class Method, int Outputs, class S>
constexpr bool views_have_targets() {
  if constexpr (S::global_count < 2) return refuse<views_are_compared<Method, S::global_count>>();
  else if constexpr (Outputs < 2) return refuse<assigns_to_several<Method>>();
  else return Accepts<typename S::network, typename S::input>;
}

/// Targets over K outputs, and the mean of −Σ t log softmax(s / τ) over every pair of a target's view and another view.
template <class S, int K>
class view_targets {
  using B = typename S::device;
  static constexpr int views = S::view_count;

 public:
  explicit view_targets(parts<S>& owner) : targets_(owner, 2), losses_(owner), memory_(owner, 1), figure_(owner) {}

  /// Those of the view 0 or 1, (n, k): to be written before `judge`.
  auto of(int view) { return rows_of_part(part<0>(*targets_), view, 2); }
  /// A number for each output, free between the other calls.
  auto& mean() { return part<1>(*targets_); }

  /// s: (v·n, k) what all views predict; ds: its gradient.
  loss_report judge(auto& m, double tau, const auto& s, const auto& ds) {
    const auto losses = part<0>(*losses_);    // (v·n)
    const double pair = 1. / (2 * (views - 1)) / double(s.rows / views);
    for (int v = 0; v < views; ++v) {
      const auto evaluate = [&](const auto& t, double share) {
        soft_cross_entropy::evaluate(m, *memory_, m.view(losses, v), tau, m.view(s, v), t, m.view(ds, v), share);
      };
      if (v < 2) evaluate(of(1 - v), pair);
      else evaluate((of(0) + of(1)) * 0.5, 2 * pair);
    }
    reduce<fold::sum>(m, figure_[0], losses);
    measure(m);
    const auto [loss, of_targets, of_mean] = figure_.read();
    return {.value = loss,
            .chance_level = std::log(double(K)),
            .figures = {{"target_entropy", of_targets}, {"outputs_in_use", std::exp(of_mean)}}};
  }

 private:
  /// The mean entropy of the targets, and the entropy of their mean.
  void measure(auto& m) {
    const auto& t = part<0>(*targets_);    // (2n, k)
    const double share = 1. / t.rows;
    const auto entropy = [](const auto& p) { return -(p * log(maximum(p, 1e-30))); };
    reduce<fold::sum>(m, figure_[1], entropy(t) * share);
    reduce<fold::sum>(m, mean(), t * share);    // (k)
    reduce<fold::sum>(m, figure_[2], entropy(mean()));
  }

  scratchpad<S, pack<tensor<B, features<K>>, parameter<B, per_channel<K>, role::running_mean>>> targets_;
  scratchpad<S, pack<tensor<B, features<1>>>> losses_;
  scratchpad<S, soft_cross_entropy::memory<B>> memory_;
  figures<S, "loss", "target_entropy", "entropy_of_mean"> figure_;
};

}    // namespace contrastive::detail

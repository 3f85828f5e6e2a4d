// SPDX-License-Identifier: MIT
#pragma once
// The rows of each view beside targets of their own, by a loss that is told both.
#include <contrastive/loss/target_loss_concepts.hpp>
#include <contrastive/method/figures.hpp>
#include <contrastive/method/state.hpp>

namespace contrastive {

/// Judges view after view by the loss L, with one memory and one download.
///
///     view_judge<S, negative_cosine> judge{*this};
///     …
///     const auto target = [&](int v) { return m.view(t, 1 - v); };    // of view v: (n, d)
///     const auto report = m.checked(judge(m, {.weight = 2}, p, target, predictor.dy()));
template <class S, TargetLoss L>
class view_judge {
  static constexpr int views = S::view_count, numbers = int(L::figure_names.size());
  static constexpr int width = S::template output_of<>::channels;

 public:
  explicit view_judge(parts<S>& owner) : memory_(owner, 1), figure_(owner) {}

  /// rows, gradient: (v·n, d). The report has the sum of the views' losses, and the means of their other figures.
  loss_report operator()(auto& m, const typename L::config& c, const auto& rows, auto&& target, const auto& gradient) {
    [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
    for (int v = 0; v < views; ++v)
      L::evaluate(m, c, *memory_, detail::figures_from<cells>{figure_, v * numbers}, m.view(rows, v), target(v),
                  m.view(gradient, v));
    const auto found = figure_.read();
    loss_report report;
    for (int v = 0; v < views; ++v) report.value += found[std::size_t(v * numbers)];
    for (std::size_t k = 1; k < std::size_t(numbers); ++k) {
      double sum = 0;
      for (std::size_t v = 0; v < std::size_t(views); ++v) sum += found[v * std::size_t(numbers) + k];
      report.figures.add({L::figure_names[k], sum / views});
    }
    return report;
  }

 private:
  using cells = detail::numbers_of_step<S, views * numbers>;
  scratchpad<S, typename L::template memory<typename S::device, width>> memory_;
  cells figure_;
};

}    // namespace contrastive

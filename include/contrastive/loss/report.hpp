// SPDX-License-Identifier: MIT
#pragma once
// What a loss says of a batch.
#include <contrastive/loss/figures.hpp>

#include <type_traits>

namespace contrastive {

namespace detail {
/// What was a member of every report: whoever still writes or reads it is told where it went.
template <class Unused = void>
struct now_a_figure {
  now_a_figure() = default;
  now_a_figure(double) { read_by_name(); }
  operator double() const { return read_by_name(); }

 private:
  static double read_by_name() {
    static_assert(!std::is_void_v<Unused>,
                  "a report's numbers beside its loss have names: write .figures = {{\"accuracy\", share}}, read "
                  "report.figures[\"accuracy\"]");
    return 0;
  }
};
}    // namespace detail

/// A loss beside what it would be without any learning.
///
/// Pair losses have the figures `accuracy` (share of anchors whose nearest row is a positive; of k tied for the first
/// place each counts 1/k), `positive_similarity` and `negative_similarity` (mean cosines; 0 without such pairs);
/// cross_entropy has `accuracy` (share of rows whose largest logit is the label's; ties as above).
struct loss_report {
  double value = 0;
  double chance_level = 0;    // the value when all embeddings coincide: log(rows − 1) for NT-Xent, log K for K classes
  figure_list figures{};
  [[no_unique_address]] detail::now_a_figure<> accuracy{}, mean_positive_similarity{}, mean_negative_similarity{};
  int anchors_without_positives = 0;
};

}    // namespace contrastive

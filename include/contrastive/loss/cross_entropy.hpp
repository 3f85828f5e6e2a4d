// SPDX-License-Identifier: MIT
#pragma once
// The cross-entropy of logits: −log of the softmax at the label.
#include <contrastive/loss/loss.hpp>

namespace contrastive {

namespace detail {
CONTRASTIVE_KERNEL(number_columns, (), (auto column), column(n, h, w, c) = c;)
}    // namespace detail

/// ℓ_i = log Σ_k exp(x_ik) − x_i,label, the mean over all rows. Input (n, k): logits of k classes; labels 0 … k − 1.
///
/// With `label_smoothing` ε the target is 1 − ε for the label plus ε / k for every class (Szegedy et al. 2016).
struct cross_entropy {
  struct config {
    double label_smoothing = 0;
    static constexpr void members(auto&& f, auto&... c) { f("label_smoothing", c.label_smoothing...); }
  };
  using prepare = sequential<>;
  using learns_classes = void;
  static constexpr bool needs_labels = true;
  static constexpr int capacity(int rows) { return rows; }

  enum figure { loss, accuracy, known_labels, figures };

  template <class B, int K>
  struct memory {
    tensor<B, features<1>> at, total, target;          // (n) largest logit; Σ exp(x − at); Σ target·(x − at)
    tensor<B, features<1>> hits, ties, known;          // (n) label and others with the largest logit; label in range
    chunk<B, features<K>, 1, std::int32_t> classes;    // (k) 0 … k − 1
    parameter<B, per_channel<figures>, role::running_mean> report;
  };

  static void evaluate(auto& ctx, const config& c, auto& m, const auto& x, const auto& labels, int, auto& dx) {
    constexpr int K = shape_of<decltype(x)>::channels;
    const double smoothing = c.label_smoothing;
    if (!(smoothing >= 0 && smoothing <= 1))
      throw argument_error("label_smoothing must be between 0 and 1; it is " + std::to_string(smoothing));
    if (x.rows != labels.rows)
      throw argument_error("cross_entropy needs a label for each of its " + std::to_string(x.rows) + " rows, and has " +
                           std::to_string(labels.rows));
    const auto rows = [&](const auto& column) { return operand_of(column).slice(0, x.rows); };    // (n)
    const auto at = rows(m.at), total = rows(m.total), target = rows(m.target), hits = rows(m.hits),
               ties = rows(m.ties), known = rows(m.known);
    const operand<decltype(m.classes.data), false, 1, 1, K> classes{m.classes.data};
    launch<detail::number_columns>(ctx, classes.grid(), classes);
    const auto is_label = equal(labels, classes);    // (n, k)

    reduce<fold::max>(ctx, at, x);    // (n)
    reduce<fold::sum>(ctx, total, exp(x - at));
    reduce<fold::sum>(
        ctx, target,
        (1 - smoothing) * where_greater(is_label, 0, x - at) + where_greater(smoothing, 0, (x - at) * (smoothing / K)));
    reduce<fold::sum>(ctx, ties, equal(x, at));
    reduce<fold::sum>(ctx, hits, where_greater(is_label, 0, equal(x, at)));
    reduce<fold::sum>(ctx, known, is_label);

    const auto number = [&](figure k) {
      return operand<decltype(m.report.data), false, 1, 1, 1>{m.report.data + k, 1};
    };
    reduce<fold::sum>(ctx, number(loss), log(total) - target);
    reduce<fold::sum>(ctx, number(accuracy), hits / ties);
    reduce<fold::sum>(ctx, number(known_labels), known);
    map(ctx, dx, (exp(x - at) / total - (1 - smoothing) * is_label - smoothing / K) * (1. / x.rows));    // (n, k)
  }

  template <class B, int K>
  static loss_report read(B& device, const config&, memory<B, K>& m, int rows) {
    std::array<typename B::element, figures> r;
    device.download(r.data(), m.report.data, figures);
    if (const int unknown = rows - int(r[known_labels]); unknown > 0)
      throw argument_error("labels must be 0 … " + std::to_string(K - 1) + "; " + std::to_string(unknown) + " of " +
                           std::to_string(rows) + " are not");
    return {.value = double(r[loss]) / rows,
            .chance_level = std::log(double(K)),
            .figures = {{"accuracy", double(r[accuracy]) / rows}}};
  }
};

}    // namespace contrastive

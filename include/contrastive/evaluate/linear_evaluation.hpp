// SPDX-License-Identifier: MIT
#pragma once
// Linear evaluation: what a linear classifier reads off features that no longer change.
#include <contrastive/evaluate/confusion_matrix.hpp>
#include <contrastive/evaluate/logistic_regression.hpp>
#include <contrastive/model/frozen.hpp>

#include <functional>
#include <limits>

namespace contrastive {

/// How a linear classifier is fitted.
struct linear_options {
  double l2 = 1e-3;          // λ of the penalty λ·‖W‖², where it is not chosen
  bool choose_l2 = false;    // by cross-validation inside the labeled rows
  int folds = 5;             // of the cross-validation; at most as many as the rarest class has rows
  std::vector<double> candidates{1e-4, 1e-3, 1e-2, 1e-1, 1};
  detail::lbfgs_options solver{};
};

/// What a linear classifier found, and the classifier.
struct linear_result {
  double accuracy = 0;                   // 0 … 1, of the asked rows
  std::vector<double> class_accuracy;    // of each class
  confusion_matrix confusion;            // (truth, predicted)
  std::vector<int> predicted;            // a class for each asked row
  double l2 = 0;                         // that was used
  double loss = 0;                       // (1/n) Σ −log softmax[label] + λ‖W‖² of the labeled rows, at its minimum
  detail::lbfgs_result solver;
};

namespace detail {

inline void require_linear(const labeled_features& known, const labeled_features& asked, const linear_options& o) {
  require_labeled(known, "linear evaluation");
  require_labeled(asked, "linear evaluation");
  if (known.values.columns() != asked.values.columns() || known.classes != asked.classes)
    throw argument_error("linear evaluation: the labeled rows have " + std::to_string(known.values.columns()) +
                         " features and " + std::to_string(known.classes) + " classes, the asked ones " +
                         std::to_string(asked.values.columns()) + " and " + std::to_string(asked.classes));
  if (known.classes > most_classes)
    throw argument_error("linear evaluation has at most " + std::to_string(most_classes) + " classes; found " +
                         std::to_string(known.classes));
  const auto usable = [](double l2) { return l2 > 0 && std::isfinite(l2); };
  if (!usable(o.l2))
    throw argument_error("linear evaluation needs l2 > 0, but not infinite; found " + std::to_string(o.l2));
  if (o.solver.iterations < 0 || !(o.solver.tolerance >= 0 && std::isfinite(o.solver.tolerance)))
    throw argument_error("linear evaluation: a solver's iterations and tolerance are 0 or more, not infinite; found " +
                         std::to_string(o.solver.iterations) + " and " + std::to_string(o.solver.tolerance));
  if (!o.choose_l2) return;
  if (o.folds < 2 || o.candidates.empty())
    throw argument_error("linear evaluation: to choose l2 needs at least two folds and one candidate; found " +
                         std::to_string(o.folds) + " and " + std::to_string(o.candidates.size()));
  for (const double l2 : o.candidates)
    if (!usable(l2))
      throw argument_error("linear evaluation: candidates for l2 are > 0, but not infinite; found " +
                           std::to_string(l2));
}

/// The fold of each row: the rows of a class are dealt out in turn, so every fold has its share of every class.
inline std::vector<int> dealt_folds(std::span<const int> labels, int classes, int folds) {
  std::vector<int> next(std::size_t(classes), 0), fold;
  for (const int label : labels) fold.push_back(next[std::size_t(label)]++ % folds);
  return fold;
}
inline std::vector<int> numbers_up_to(std::size_t n) {
  std::vector<int> all(n);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// A standardization and a classifier's weights, trained on some rows.
class trained_linear {
 public:
  trained_linear(const labeled_features& data, std::vector<int> rows)
      : rows_(std::move(rows)),
        standard_(data.values, rows_),
        weights_(linear_classifier(data, rows_, standard_).size()) {}

  softmax_preconditioner preconditioner(const labeled_features& data) const { return {data, rows_, standard_}; }

  /// From where the weights are: a second call with another l2 starts near its end.
  lbfgs_result train(const labeled_features& data, double l2, const lbfgs_options& o, const auto& preconditioner) {
    linear_classifier classifier(data, rows_, standard_);
    return lbfgs([&](auto w, auto gradient) { return classifier.loss(w, gradient, l2); }, weights_, o, preconditioner);
  }
  double loss(const labeled_features& data, std::span<const int> rows) const {
    return linear_classifier(data, rows, standard_).mean_loss(weights_);
  }
  std::vector<int> predict(const labeled_features& data) const {
    const auto all = numbers_up_to(data.rows());
    return linear_classifier(data, all, standard_).predict(weights_);
  }

 private:
  std::vector<int> rows_;
  standardization standard_;
  std::vector<double> weights_;
};

/// One classifier for each fold, trained on the rows of the others.
class cross_validation {
 public:
  cross_validation(const labeled_features& known, int folds) : known_(known) {
    const auto fold = dealt_folds(known.labels, known.classes, folds);
    for (int f = 0; f < folds; ++f) {
      std::vector<int> inside, outside;
      for (std::size_t r = 0; r < fold.size(); ++r) (fold[r] == f ? outside : inside).push_back(int(r));
      models_.emplace_back(known, std::move(inside));
      outside_.push_back(std::move(outside));
    }
  }
  /// The sum of the losses of all rows, each by the classifier that has not seen it.
  double loss(double l2, const lbfgs_options& o, const auto& preconditioner) {
    double sum = 0;
    for (std::size_t f = 0; f < models_.size(); ++f) {
      models_[f].train(known_, l2, o, preconditioner);
      sum += models_[f].loss(known_, outside_[f]) * double(outside_[f].size());
    }
    return sum;
  }

 private:
  const labeled_features& known_;
  std::vector<trained_linear> models_;
  std::vector<std::vector<int>> outside_;
};

/// The candidate with the least loss on rows that were not trained on.
inline double chosen_l2(const labeled_features& known, linear_options o, int smallest_class,
                        softmax_preconditioner& preconditioner) {
  const int folds = std::min(o.folds, smallest_class);
  if (folds < 2) throw argument_error("linear evaluation: to choose l2, every class needs at least two labeled rows");
  o.solver.tolerance = std::max(o.solver.tolerance, 1e-5);
  std::sort(o.candidates.begin(), o.candidates.end(),
            std::greater<>{});    // from the smoothest, each near the one before
  cross_validation folded(known, folds);
  double best = 0, least = std::numeric_limits<double>::infinity();
  for (const double l2 : o.candidates) {
    preconditioner.use(l2);
    if (const double loss = folded.loss(l2, o.solver, preconditioner); loss < least) least = loss, best = l2;
  }
  return best;
}

inline int rarest(const labeled_features& f) {
  std::vector<int> count(std::size_t(f.classes), 0);
  for (const int label : f.labels) ++count[std::size_t(label)];
  int least = int(f.rows());
  for (const int n : count)
    if (n > 0) least = std::min(least, n);
  return least;
}

template <class E>
struct evaluates_what_is_frozen {
  static_assert(never<E>,
                "an encoder that still trains cannot be evaluated: evaluate a frozen copy of it, which model.freeze() "
                "makes");
};

}    // namespace detail

/// Trains a multinomial logistic regression on `known` to convergence (Zhang et al. 2016's protocol, as SimCLR's) and
/// says what it finds in `asked`. Features are standardized with the mean and deviation of `known`.
///
/// `asked` never decides anything: l2 is given or chosen inside `known`. Throws argument_error where sizes or options
/// do not fit, data_error where features are not finite or labels not in 0 … classes − 1.
///
///     const auto few = ct::chosen_rows(known, ct::labeled_fraction(known.labels, 10, 0.01));
///     const auto r = ct::linear_evaluation(few, asked, {.choose_l2 = true});
inline linear_result linear_evaluation(const labeled_features& known, const labeled_features& asked,
                                       const linear_options& options = {}) {
  detail::require_linear(known, asked, options);
  linear_result result;
  detail::trained_linear model(known, detail::numbers_up_to(known.rows()));
  auto preconditioner = model.preconditioner(known);
  result.l2 = options.choose_l2 ? detail::chosen_l2(known, options, detail::rarest(known), preconditioner) : options.l2;
  preconditioner.use(result.l2);
  result.solver = model.train(known, result.l2, options.solver, preconditioner);
  result.loss = result.solver.value;
  result.predicted = model.predict(asked);
  result.confusion = confusion_matrix(asked.labels, result.predicted, asked.classes);
  result.accuracy = result.confusion.accuracy();
  result.class_accuracy = result.confusion.class_accuracy();
  return result;
}

/// The same of a frozen encoder on two data sets, un-augmented.
template <class E, LabeledDataset Known, LabeledDataset Asked>    // E: a sentence says what it must be
linear_result linear_evaluation(const E& encoder, const Known& known, const Asked& asked,
                                const linear_options& options = {}) {
  if constexpr (!FrozenEncoder<E>) return detail::refuse<detail::evaluates_what_is_frozen<E>>(), linear_result{};
  else return linear_evaluation(encoder.read(known), encoder.read(asked), options);
}

}    // namespace contrastive

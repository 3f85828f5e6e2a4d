// SPDX-License-Identifier: MIT
#pragma once
// Which class was taken for which: accuracy, and accuracy of each class.
#include <contrastive/core/error.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace contrastive {

namespace detail {
/// Counts of pairs of classes are kept for all pairs: of more classes they would fill many gigabytes.
inline constexpr int most_classes = 46340;    // whose square is the last one that an int holds
}    // namespace detail

/// counts(truth, predicted) of samples.
class confusion_matrix {
 public:
  confusion_matrix() = default;
  /// Throws argument_error for lists of different lengths and for classes that are not in 0 … 46340, data_error for a
  /// class that is not in 0 … classes − 1.
  confusion_matrix(std::span<const int> truth, std::span<const int> predicted, int classes) : classes_(classes) {
    if (truth.size() != predicted.size())
      throw argument_error("a confusion matrix compares two lists of classes: there are " +
                           std::to_string(truth.size()) + " and " + std::to_string(predicted.size()));
    if (classes < 0 || classes > detail::most_classes)
      throw argument_error("a confusion matrix has 0 to " + std::to_string(detail::most_classes) + " classes; found " +
                           std::to_string(classes));
    counts_.resize(std::size_t(classes) * std::size_t(classes));
    for (std::size_t i = 0; i < truth.size(); ++i) ++counts_[place(checked(truth[i]), checked(predicted[i]))];
  }

  int classes() const { return classes_; }
  /// Throws argument_error for a class that is not in 0 … classes − 1.
  int operator()(int truth, int predicted) const { return counts_[place(asked(truth), asked(predicted))]; }
  /// How many samples are of this class. Throws argument_error for one that is not in 0 … classes − 1.
  int of_class(int truth) const {
    int sum = 0;
    for (const int n : std::span(counts_).subspan(place(asked(truth), 0), std::size_t(classes_))) sum += n;
    return sum;
  }
  /// The share of samples whose class was found, 0 … 1; 0 without samples.
  double accuracy() const {
    int right = 0, all = 0;
    for (int c = 0; c < classes_; ++c) right += counts_[place(c, c)], all += of_class(c);
    return all > 0 ? double(right) / all : 0;
  }
  /// The same for the samples of each class.
  std::vector<double> class_accuracy() const {
    std::vector<double> share(std::size_t(classes_), 0.);
    for (int c = 0; c < classes_; ++c)
      if (const int all = of_class(c); all > 0) share[std::size_t(c)] = double(counts_[place(c, c)]) / all;
    return share;
  }

 private:
  std::size_t place(int truth, int predicted) const {
    return std::size_t(truth) * std::size_t(classes_) + std::size_t(predicted);
  }
  bool has(int label) const { return label >= 0 && label < classes_; }
  int checked(int label) const {
    if (!has(label))
      throw data_error("a confusion matrix of " + std::to_string(classes_) + " classes met class " +
                       std::to_string(label));
    return label;
  }
  int asked(int label) const {
    if (!has(label))
      throw argument_error("a confusion matrix of " + std::to_string(classes_) + " classes was asked for class " +
                           std::to_string(label));
    return label;
  }
  int classes_ = 0;
  std::vector<int> counts_;
};

}    // namespace contrastive

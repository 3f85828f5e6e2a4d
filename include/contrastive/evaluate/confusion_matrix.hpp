// SPDX-License-Identifier: MIT
#pragma once
// Which class was taken for which: accuracy, and accuracy of each class.
#include <contrastive/core/error.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace contrastive {

/// counts(truth, predicted) of samples.
class confusion_matrix {
 public:
  confusion_matrix() = default;
  /// Throws argument_error for lists of different lengths, data_error for a class that is not in 0 … classes − 1.
  confusion_matrix(std::span<const int> truth, std::span<const int> predicted, int classes)
      : classes_(classes), counts_(std::size_t(classes) * std::size_t(classes)) {
    if (truth.size() != predicted.size())
      throw argument_error("a confusion matrix compares two lists of classes: there are " +
                           std::to_string(truth.size()) + " and " + std::to_string(predicted.size()));
    for (std::size_t i = 0; i < truth.size(); ++i) ++counts_[place(checked(truth[i]), checked(predicted[i]))];
  }

  int classes() const { return classes_; }
  int operator()(int truth, int predicted) const { return counts_[place(truth, predicted)]; }
  /// How many samples are of this class.
  int of_class(int truth) const {
    int sum = 0;
    for (int p = 0; p < classes_; ++p) sum += (*this)(truth, p);
    return sum;
  }
  /// The share of samples whose class was found, 0 … 1; 0 without samples.
  double accuracy() const {
    int right = 0, all = 0;
    for (int c = 0; c < classes_; ++c) right += (*this)(c, c), all += of_class(c);
    return all > 0 ? double(right) / all : 0;
  }
  /// The same for the samples of each class.
  std::vector<double> class_accuracy() const {
    std::vector<double> share(std::size_t(classes_), 0.);
    for (int c = 0; c < classes_; ++c)
      if (const int all = of_class(c); all > 0) share[std::size_t(c)] = double((*this)(c, c)) / all;
    return share;
  }

 private:
  std::size_t place(int truth, int predicted) const {
    return std::size_t(truth) * std::size_t(classes_) + std::size_t(predicted);
  }
  int checked(int label) const {
    if (label < 0 || label >= classes_)
      throw data_error("a confusion matrix of " + std::to_string(classes_) + " classes met class " +
                       std::to_string(label));
    return label;
  }
  int classes_ = 0;
  std::vector<int> counts_;
};

}    // namespace contrastive

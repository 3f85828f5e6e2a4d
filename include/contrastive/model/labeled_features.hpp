// SPDX-License-Identifier: MIT
#pragma once
// Features with a class for each row: what evaluations of a frozen encoder work on.
#include <contrastive/core/error.hpp>
#include <contrastive/core/matrix.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace contrastive {

/// Features of samples with their labels: what classifiers on a frozen encoder are fitted to.
struct labeled_features {
  matrix values;              // (rows, features)
  std::vector<int> labels;    // (rows), 0 … classes − 1
  int classes = 0;

  std::size_t rows() const { return labels.size(); }
};

/// The rows with these numbers, in this order. Throws argument_error for a number that there is not, or where rows and
/// labels are not as many.
inline labeled_features chosen_rows(const labeled_features& all, std::span<const int> numbers) {
  if (all.values.rows() != all.rows())
    throw argument_error("chosen_rows needs a label for each row: there are " + std::to_string(all.values.rows()) +
                         " rows and " + std::to_string(all.rows()) + " labels");
  labeled_features some{matrix(numbers.size(), all.values.columns()), {}, all.classes};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < 0 || std::size_t(numbers[i]) >= all.rows())
      throw argument_error("chosen_rows: number " + std::to_string(i) + " is " + std::to_string(numbers[i]) +
                           ", there are " + std::to_string(all.rows()) + " rows");
    const auto row = all.values.row(std::size_t(numbers[i]));
    std::copy(row.begin(), row.end(), some.values.row(i).begin());
    some.labels.push_back(all.labels[std::size_t(numbers[i])]);
  }
  return some;
}

namespace detail {

/// "who: row 3 of the features is not finite", where one is not.
inline void require_finite(const matrix& m, const std::string& who, const std::string& of_what) {
  for (std::size_t r = 0; r < m.rows(); ++r)
    for (const float v : m.row(r))
      if (!std::isfinite(v)) throw data_error(who + ": row " + std::to_string(r) + of_what + " is not finite");
}

/// Throws where an evaluation would go wrong later, in the name of that evaluation.
inline void require_labeled(const labeled_features& f, const std::string& who) {
  if (f.rows() == 0 || f.values.rows() != f.rows() || f.classes < 1)
    throw argument_error(who + " needs a label for each of at least one row, and at least one class: there are " +
                         std::to_string(f.values.rows()) + " rows, " + std::to_string(f.rows()) + " labels and " +
                         std::to_string(f.classes) + " classes");
  for (const int label : f.labels)
    if (label < 0 || label >= f.classes)
      throw data_error(who + ": a label is " + std::to_string(label) + "; expected 0 to " +
                       std::to_string(f.classes - 1));
  require_finite(f.values, who, " of the features");
}

}    // namespace detail

}    // namespace contrastive

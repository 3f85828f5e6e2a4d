// SPDX-License-Identifier: MIT
#pragma once
// Where the classes of a frozen encoder lie: what takes the place of class scores where there are none.
#include <contrastive/model/labeled_features.hpp>

namespace contrastive {

/// The mean features of each class less the mean of all, (classes, features): directions for `aim::directions` at the
/// encoder's last layer. A class without a row gets zeros. Throws as evaluations do.
inline matrix class_directions(const labeled_features& f) {
  detail::require_labeled(f, "class_directions");
  const std::size_t columns = f.values.columns(), classes = std::size_t(f.classes);
  std::vector<double> sums(classes * columns), all(columns);
  std::vector<double> counts(classes);
  for (std::size_t r = 0; r < f.rows(); ++r) {
    const auto k = std::size_t(f.labels[r]);
    ++counts[k];
    for (std::size_t c = 0; c < columns; ++c) {
      sums[k * columns + c] += double(f.values(r, c));
      all[c] += double(f.values(r, c)) / double(f.rows());
    }
  }
  matrix directions(classes, columns);
  for (std::size_t k = 0; k < classes; ++k)
    for (std::size_t c = 0; counts[k] > 0 && c < columns; ++c)
      directions(k, c) = float(sums[k * columns + c] / counts[k] - all[c]);
  return directions;
}

}    // namespace contrastive

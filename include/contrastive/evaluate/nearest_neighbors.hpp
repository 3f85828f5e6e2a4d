// SPDX-License-Identifier: MIT
#pragma once
// Cosine k-nearest neighbors: what an embedding is worth without training anything on it.
#include <contrastive/core/exactly.hpp>
#include <contrastive/core/matrix.hpp>
#include <contrastive/model/labeled_features.hpp>
#include <contrastive/net/network.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace contrastive {

/// How neighbors vote.
struct nearest_neighbors_options {
  int k = 20;                  // at most as many as the rarest class has labels
  double temperature = 0.1;    // a neighbor votes with exp(similarity / temperature) (Wu et al. 2018)
  int tile = 256;              // rows compared at once: memory is tile × (number of labeled rows)
};

/// What the neighbors found.
struct nearest_neighbors_result {
  double accuracy = 0;           // share of test rows whose class was found, 0 … 1
  int k = 0;                     // that was used
  std::vector<int> predicted;    // a class for each test row
};

namespace detail {

/// Rows on the unit sphere, in a device's memory.
template <class Backend>
struct unit_rows {
  using element = typename Backend::element;
  typename Backend::buffer memory;
  int rows, columns;

  unit_rows(Backend& device, const matrix& m, std::size_t first, std::size_t count)
      : memory(device.allocate(count * m.columns() * sizeof(element) + 1)),
        rows(int(count)),
        columns(int(m.columns())) {
    std::vector<element> host(count * m.columns());
    for (std::size_t r = 0; r < count; ++r) {
      const auto row = m.row(first + r);
      double squares = 0;    // in double, where the square of no float overflows
      for (const float v : row) squares += double(v) * double(v);
      const double norm = std::max(std::sqrt(squares), 1e-12);
      for (std::size_t c = 0; c < row.size(); ++c) host[r * row.size() + c] = element(double(row[c]) / norm);
    }
    device.upload(address(device), host.data(), host.size());
  }
  auto address(Backend& device) { return Backend::template address_as<element>(device.address_of(memory)); }
  auto view(Backend& device) { return matrix_operand<decltype(address(device))>{address(device), rows, columns}; }
};

/// The classes that occur, and which of them each label is: memory follows the labels, however large their numbers.
struct numbered_classes {
  std::vector<int> classes;    // ascending
  std::vector<int> number;     // of each label: its place in `classes`

  explicit numbered_classes(std::span<const int> labels) : classes(labels.begin(), labels.end()) {
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    for (const int label : labels)
      number.push_back(int(std::lower_bound(classes.begin(), classes.end(), label) - classes.begin()));
  }
  /// How many labels the rarest has.
  int rarest() const {
    std::vector<int> count(classes.size());
    for (const int n : number) ++count[std::size_t(n)];
    return *std::min_element(count.begin(), count.end());
  }
};

/// The number of the class with the most votes among the k most similar; of equals the first wins. A neighbor's vote is
/// relative to the nearest one's, so that at no temperature all of them vanish.
template <class E>
int vote(std::span<const E> similarity, std::span<const int> number, std::vector<int>& order,
         std::vector<double>& votes, const nearest_neighbors_options& options) {
  std::iota(order.begin(), order.end(), 0);
  const auto nearer = [&](int a, int b) {
    const E x = similarity[std::size_t(a)], y = similarity[std::size_t(b)];
    return detail::is_exactly(x, y) ? a < b : x > y;
  };
  std::nth_element(order.begin(), order.begin() + (options.k - 1), order.end(), nearer);
  std::sort(order.begin(), order.begin() + options.k, nearer);
  std::fill(votes.begin(), votes.end(), 0.);
  const double nearest = double(similarity[std::size_t(order[0])]);
  for (int i = 0; i < options.k; ++i) {
    const auto at = std::size_t(order[std::size_t(i)]);
    votes[std::size_t(number[at])] += std::exp((double(similarity[at]) - nearest) / options.temperature);
  }
  return int(std::max_element(votes.begin(), votes.end()) - votes.begin());
}

inline void require_neighbors(const matrix& known, std::span<const int> labels, const matrix& asked,
                              std::span<const int> truth, const nearest_neighbors_options& o) {
  if (known.rows() == 0 || known.rows() != labels.size())
    throw argument_error("nearest neighbors need a label for each of at least one row: there are " +
                         std::to_string(known.rows()) + " rows and " + std::to_string(labels.size()) + " labels");
  if (known.columns() != asked.columns() || known.columns() == 0)
    throw argument_error("nearest neighbors compare rows of one width, at least 1: the labeled rows have " +
                         std::to_string(known.columns()) + " columns, the others " + std::to_string(asked.columns()));
  if (!truth.empty() && truth.size() != asked.rows())
    throw argument_error(
        "nearest neighbors compare what they find with a class for each asked row, or none: there are " +
        std::to_string(asked.rows()) + " rows and " + std::to_string(truth.size()) + " classes");
  if (o.k < 1 || o.tile < 1 || !(o.temperature > 0 && std::isfinite(o.temperature)))
    throw argument_error("nearest neighbors need k ≥ 1, tile ≥ 1 and temperature > 0, but not infinite; found " +
                         std::to_string(o.k) + ", " + std::to_string(o.tile) + " and " + std::to_string(o.temperature));
  if (const int least = *std::min_element(labels.begin(), labels.end()); least < 0)
    throw data_error("labels are 0 or more; found " + std::to_string(least));
  require_finite(known, "nearest neighbors", " of the labeled rows");
  require_finite(asked, "nearest neighbors", " of the asked rows");
}

}    // namespace detail

/// Classifies each row of `asked` by the k most similar rows of `known` (cosine), tile by tile on the device.
///
/// `accuracy` compares with `truth`, where that is given. Throws argument_error where sizes or options do not fit,
/// data_error where a number is not finite or a label below 0.
template <class Backend>
nearest_neighbors_result nearest_neighbors(Backend& device, const matrix& known, std::span<const int> labels,
                                           const matrix& asked, std::span<const int> truth = {},
                                           nearest_neighbors_options options = {}) {
  detail::require_neighbors(known, labels, asked, truth, options);
  using element = typename Backend::element;
  const detail::numbered_classes known_classes(labels);
  options.k = std::min(options.k, known_classes.rarest());
  detail::unit_rows<Backend> all(device, known, 0, known.rows());
  const auto tile = std::min(std::size_t(options.tile), asked.rows());
  auto memory = device.allocate(tile * known.rows() * sizeof(element) + 1);
  std::vector<element> similarity(tile * known.rows());    // (tile, known)
  std::vector<int> order(known.rows());
  std::vector<double> votes(known_classes.classes.size());
  nearest_neighbors_result result{0, options.k, {}};
  for (std::size_t first = 0; first < asked.rows(); first += tile) {
    const std::size_t count = std::min(tile, asked.rows() - first);
    detail::unit_rows<Backend> some(device, asked, first, count);
    const auto at = Backend::template address_as<element>(device.address_of(memory));
    context<Backend, inference> ctx{device};
    gemm(ctx, matrix_operand<decltype(at + 0)>{at, int(count), int(known.rows())}, some.view(device),
         transpose(all.view(device)));    // (asked, known)
    device.download(similarity.data(), at, count * known.rows());
    for (std::size_t r = 0; r < count; ++r) {
      const int number = detail::vote(std::span<const element>(similarity).subspan(r * known.rows(), known.rows()),
                                      known_classes.number, order, votes, options);
      result.predicted.push_back(known_classes.classes[std::size_t(number)]);
    }
  }
  int right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += truth[i] == result.predicted[i];
  result.accuracy = truth.empty() ? 0 : double(right) / double(truth.size());
  return result;
}

/// The same with the labels beside the features; `accuracy` is that of `asked`.
template <class Backend>
nearest_neighbors_result nearest_neighbors(Backend& device, const labeled_features& known,
                                           const labeled_features& asked,
                                           const nearest_neighbors_options& options = {}) {
  return nearest_neighbors(device, known.values, known.labels, asked.values, asked.labels, options);
}

}    // namespace contrastive

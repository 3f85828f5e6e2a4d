// SPDX-License-Identifier: MIT
#pragma once
// Cosine k-nearest neighbors: what an embedding is worth without training anything on it.
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
      const double norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.));
      for (std::size_t c = 0; c < row.size(); ++c)
        host[r * row.size() + c] = element(double(row[c]) / std::max(norm, 1e-12));
    }
    device.upload(address(device), host.data(), host.size());
  }
  auto address(Backend& device) { return Backend::template address_as<element>(device.address_of(memory)); }
  auto view(Backend& device) { return matrix_operand<decltype(address(device))>{address(device), rows, columns}; }
};

inline int smallest_class(std::span<const int> labels) {
  std::vector<int> count(std::size_t(*std::max_element(labels.begin(), labels.end()) + 1));
  for (const int label : labels) ++count[std::size_t(label)];
  int smallest = int(labels.size());
  for (const int n : count)
    if (n > 0) smallest = std::min(smallest, n);
  return smallest;
}

/// The class with the most votes among the k most similar; of equals the first wins.
template <class E>
int vote(std::span<const E> similarity, std::span<const int> labels, std::vector<int>& order,
         std::vector<double>& votes, const nearest_neighbors_options& options) {
  std::iota(order.begin(), order.end(), 0);
  const auto nearer = [&](int a, int b) {
    const E x = similarity[std::size_t(a)], y = similarity[std::size_t(b)];
    return x != y ? x > y : a < b;
  };
  std::nth_element(order.begin(), order.begin() + (options.k - 1), order.end(), nearer);
  std::sort(order.begin(), order.begin() + options.k, nearer);
  std::fill(votes.begin(), votes.end(), 0.);
  for (int i = 0; i < options.k; ++i) {
    const auto at = std::size_t(order[std::size_t(i)]);
    votes[std::size_t(labels[at])] += std::exp((double(similarity[at]) - 1) / options.temperature);
  }
  return int(std::max_element(votes.begin(), votes.end()) - votes.begin());
}

inline void require_neighbors(const matrix& known, std::span<const int> labels, const matrix& asked,
                              const nearest_neighbors_options& o) {
  if (known.rows() == 0 || known.rows() != labels.size())
    throw argument_error("nearest neighbors need a label for each of at least one row: there are " +
                         std::to_string(known.rows()) + " rows and " + std::to_string(labels.size()) + " labels");
  if (known.columns() != asked.columns())
    throw argument_error("nearest neighbors compare rows of one width: the labeled rows have " +
                         std::to_string(known.columns()) + " columns, the others " + std::to_string(asked.columns()));
  if (o.k < 1 || o.tile < 1 || !(o.temperature > 0))
    throw argument_error("nearest neighbors need k ≥ 1, tile ≥ 1 and temperature > 0; found " + std::to_string(o.k) +
                         ", " + std::to_string(o.tile) + " and " + std::to_string(o.temperature));
  if (const int least = *std::min_element(labels.begin(), labels.end()); least < 0)
    throw data_error("labels are 0 or more; found " + std::to_string(least));
}

}    // namespace detail

/// Classifies each row of `asked` by the k most similar rows of `known` (cosine), tile by tile on the device.
///
/// `accuracy` compares with `truth`, where that is given. Throws argument_error where sizes or options do not fit.
template <class Backend>
nearest_neighbors_result nearest_neighbors(Backend& device, const matrix& known, std::span<const int> labels,
                                           const matrix& asked, std::span<const int> truth = {},
                                           nearest_neighbors_options options = {}) {
  detail::require_neighbors(known, labels, asked, options);
  using element = typename Backend::element;
  options.k = std::min(options.k, detail::smallest_class(labels));
  detail::unit_rows<Backend> all(device, known, 0, known.rows());
  const auto tile = std::min(std::size_t(options.tile), asked.rows());
  auto memory = device.allocate(tile * known.rows() * sizeof(element) + 1);
  std::vector<element> similarity(tile * known.rows());    // (tile, known)
  std::vector<int> order(known.rows());
  std::vector<double> votes(std::size_t(*std::max_element(labels.begin(), labels.end()) + 1));
  nearest_neighbors_result result{0, options.k, {}};
  for (std::size_t first = 0; first < asked.rows(); first += tile) {
    const std::size_t count = std::min(tile, asked.rows() - first);
    detail::unit_rows<Backend> some(device, asked, first, count);
    const auto at = Backend::template address_as<element>(device.address_of(memory));
    context<Backend, inference> ctx{device};
    gemm(ctx, matrix_operand<decltype(at + 0)>{at, int(count), int(known.rows())}, some.view(device),
         transpose(all.view(device)));    // (asked, known)
    device.download(similarity.data(), at, count * known.rows());
    for (std::size_t r = 0; r < count; ++r)
      result.predicted.push_back(detail::vote(
          std::span<const element>(similarity).subspan(r * known.rows(), known.rows()), labels, order, votes, options));
  }
  int right = 0;
  for (std::size_t i = 0; i < std::min(truth.size(), result.predicted.size()); ++i)
    right += truth[i] == result.predicted[i];
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

// SPDX-License-Identifier: MIT
#pragma once
// Few labels: a fraction of a data set's samples, the same share of every class, drawn by key.
#include <contrastive/core/error.hpp>
#include <contrastive/core/philox.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace contrastive {

/// Which samples are drawn: the same (labels, fraction, seed, draw) gives the same ones everywhere.
struct labeled_fraction_options {
  std::uint64_t seed = 1;
  std::uint32_t draw = 0;    // 0, 1, …: independent draws, for a mean and a deviation over some
};

/// The numbers of a class-balanced fraction of labels, ascending: of a class of n samples round(fraction · n).
///
/// For the same seed and draw a smaller fraction is a part of a larger one. Throws argument_error where the fraction is
/// not in (0, 1] or leaves a class without a sample, data_error where a label is not in 0 … classes − 1.
inline std::vector<int> labeled_fraction(std::span<const int> labels, int classes, double fraction,
                                         labeled_fraction_options options = {}) {
  if (!(fraction > 0 && fraction <= 1))
    throw argument_error("labeled_fraction: the fraction is above 0 and at most 1; found " + std::to_string(fraction));
  std::vector<std::vector<int>> members(std::size_t(std::max(classes, 0)));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes)
      throw data_error("labeled_fraction: label " + std::to_string(i) + " is " + std::to_string(labels[i]) +
                       "; expected 0 to " + std::to_string(classes - 1));
    members[std::size_t(labels[i])].push_back(int(i));
  }
  std::vector<int> chosen;
  for (std::size_t c = 0; c < members.size(); ++c) {
    auto& all = members[c];
    const auto count = std::size_t(std::llround(fraction * double(all.size())));
    if (count == 0)
      throw argument_error("labeled_fraction: " + std::to_string(fraction) + " of the " + std::to_string(all.size()) +
                           " samples of class " + std::to_string(c) + " is less than one; take a larger fraction");
    random_stream random{options.seed, {.what = purpose::draw, .epoch = options.draw, .sample = std::uint32_t(c)}};
    for (std::size_t i = 0; i < count; ++i)    // Fisher & Yates from the front: a smaller count is a prefix
      std::swap(all[i], all[i + random.below(std::uint32_t(all.size() - i))]);
    chosen.insert(chosen.end(), all.begin(), all.begin() + std::ptrdiff_t(count));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

/// The same of a data set; `subset(data, numbers)` is then the data set of these samples, which borrows the numbers.
///
///     const auto numbers = labeled_fraction(data.train(), 0.01, {.draw = 3});
///     const auto few = subset(data.train(), numbers);
template <LabeledDataset Data>
std::vector<int> labeled_fraction(const Data& data, double fraction, labeled_fraction_options options = {}) {
  std::vector<int> labels(std::size_t(data.size()));
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = int(data.label_at(i));
  return labeled_fraction(labels, int(data.classes()), fraction, options);
}

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Few labels: a fraction of a data set's samples, the same share of every class, drawn by key.
#include <contrastive/core/error.hpp>
#include <contrastive/core/philox.hpp>
#include <contrastive/data/labels.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
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

namespace detail {
/// The first of `all`, which are the samples of class c, after a shuffle by key.
inline std::span<const int> drawn_of_class(std::span<int> all, int c, double fraction,
                                           const labeled_fraction_options& options) {
  const auto count = std::size_t(std::llround(fraction * double(all.size())));
  if (count == 0)
    throw argument_error("labeled_fraction: " + std::to_string(fraction) + " of the " + std::to_string(all.size()) +
                         " samples of class " + std::to_string(c) + " is less than one; take a larger fraction");
  random_stream random{options.seed, {.what = purpose::draw, .epoch = options.draw, .sample = std::uint32_t(c)}};
  for (std::size_t i = 0; i < count; ++i)    // Fisher & Yates from the front: a smaller count is a prefix
    std::swap(all[i], all[i + random.below(std::uint32_t(all.size() - i))]);
  return all.first(count);
}
}    // namespace detail

/// The numbers of a class-balanced fraction of labels, ascending: of a class of n samples round(fraction · n).
///
/// For the same seed and draw a smaller fraction is a part of a larger one. Throws argument_error where the fraction is
/// not in (0, 1] or takes none of a class that has samples, data_error where a label is not in 0 … classes − 1. Classes
/// without any sample are left out.
inline std::vector<int> labeled_fraction(std::span<const int> labels, int classes, double fraction,
                                         labeled_fraction_options options = {}) {
  if (!(fraction > 0 && fraction <= 1))
    throw argument_error("labeled_fraction: the fraction is above 0 and at most 1; found " + std::to_string(fraction));
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || labels[i] >= classes)
      throw data_error("labeled_fraction: label " + std::to_string(i) + " is " + std::to_string(labels[i]) +
                       "; expected 0 to " + std::to_string(classes - 1));
  std::vector<int> numbers(labels.size()), chosen;
  std::iota(numbers.begin(), numbers.end(), 0);
  const auto label = [&](int i) { return labels[std::size_t(i)]; };
  std::sort(numbers.begin(), numbers.end(),
            [&](int a, int b) { return std::pair(label(a), a) < std::pair(label(b), b); });
  for (auto first = numbers.begin(); first != numbers.end();) {
    const auto last = std::find_if(first, numbers.end(), [&](int i) { return label(i) != label(*first); });
    const auto drawn = detail::drawn_of_class({first, last}, label(*first), fraction, options);
    chosen.insert(chosen.end(), drawn.begin(), drawn.end());
    first = last;
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
  const auto labels = detail::labels_of(data, std::size_t(data.size()), "labeled_fraction");
  return labeled_fraction(labels, detail::class_count(data, "labeled_fraction"), fraction, options);
}

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Labels as the library keeps them: an int each, whatever integers a data set says them in.
#include <contrastive/core/error.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace contrastive::detail {

/// How many classes a data set has. Throws data_error in the name of `who` where that is no positive int.
template <HasClasses D>
int class_count(const D& data, std::string_view who) {
  const auto found = +data.classes();    // a plain bool or char could not be compared
  if (std::cmp_less(found, 0) || !std::in_range<int>(found))
    throw data_error(std::string(who) + ": the data set has " + std::to_string(found) +
                     " classes; expected a number that fits an int");
  return int(found);
}

/// "who: the label of sample 13 is 10; …"
[[noreturn]] void refuse_label(std::size_t i, auto found, std::string_view who, const std::string& expected) {
  throw data_error(std::string(who) + ": the label of sample " + std::to_string(i) + " is " + std::to_string(found) +
                   "; " + expected);
}

/// The label of sample i. Throws data_error in the name of `who` where an int would not hold it.
template <HasLabels D>
int label_of(const D& data, std::size_t i, std::string_view who) {
  const auto found = +data.label_at(i);
  if (!std::in_range<int>(found)) refuse_label(i, found, who, "expected a number that fits an int");
  return int(found);
}

/// The same, and data_error where it is not one of the data set's classes.
template <LabeledDataset D>
int class_of(const D& data, std::size_t i, std::string_view who) {
  const auto found = +data.label_at(i);
  const auto classes = +data.classes();
  if (std::cmp_less(found, 0) || std::cmp_greater_equal(found, classes))
    refuse_label(i, found, who, "the data set has classes 0 to " + std::to_string(classes - 1));
  if (!std::in_range<int>(found)) refuse_label(i, found, who, "expected a number that fits an int");
  return int(found);
}

/// The labels of the first `count` samples, each as label_of says it.
template <HasLabels D>
std::vector<int> labels_of(const D& data, std::size_t count, std::string_view who) {
  std::vector<int> labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = label_of(data, i, who);
  return labels;
}

}    // namespace contrastive::detail

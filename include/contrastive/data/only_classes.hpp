// SPDX-License-Identifier: MIT
#pragma once
// Some classes of a data set, under new numbers: what a transfer learns on, and what it is asked.
#include <contrastive/data/labels.hpp>
#include <contrastive/data/subsets.hpp>

#include <memory>
#include <vector>

namespace contrastive {

namespace detail {
/// Which samples of a data set have some classes, and their new labels; found once, shared by copies.
struct class_choice {
  std::vector<int> numbers, labels;    // of each sample
};

inline void require_classes(const std::vector<int>& chosen, int classes) {
  if (chosen.empty()) throw argument_error("only_classes: name at least one class");
  std::vector<bool> named(std::size_t(classes), false);
  for (const int c : chosen) {
    if (c < 0 || c >= classes)
      throw argument_error("only_classes: there is no class " + std::to_string(c) + "; the data set has 0 to " +
                           std::to_string(classes - 1));
    if (named[std::size_t(c)]) throw argument_error("only_classes: class " + std::to_string(c) + " is named twice");
    named[std::size_t(c)] = true;
  }
}
template <LabeledDataset D>
class_choice chosen_classes(const D& data, const std::vector<int>& chosen) {
  const int classes = class_count(data, "only_classes");
  require_classes(chosen, classes);
  std::vector<int> number_of(std::size_t(classes), -1);
  for (std::size_t k = 0; k < chosen.size(); ++k) number_of[std::size_t(chosen[k])] = int(k);
  class_choice found;
  for (std::size_t i = 0; i < std::size_t(data.size()); ++i)
    if (const int k = number_of[std::size_t(class_of(data, i, "only_classes"))]; k >= 0)
      found.numbers.push_back(int(i)), found.labels.push_back(k);
  return found;
}

/// The samples of these classes; class chosen[k] is k.
template <LabeledDataset D>
class set_of_classes : public part_of<D> {
 public:
  set_of_classes(const D& data, const std::vector<int>& chosen)
      : data_(data),
        choice_(std::make_shared<const class_choice>(chosen_classes(data, chosen))),
        classes_(int(chosen.size())) {}
  std::size_t size() const { return choice_->numbers.size(); }
  void read(std::size_t i, std::span<stored_of<typename D::sample>> to) const {
    read_sample(*data_, std::size_t(choice_->numbers[i]), to);
  }
  int label_at(std::size_t i) const { return choice_->labels[i]; }
  int classes() const { return classes_; }

 private:
  borrowed<D> data_;
  std::shared_ptr<const class_choice> choice_;
  int classes_;
};
}    // namespace detail

/// The samples of some classes, in the data set's order; class chosen[k] becomes k. Labels are looked through once,
/// samples are read when they are asked for. Throws argument_error for no class, one that the data set does not have,
/// or one named twice, and data_error for a label that is none of the data set's classes.
///
///     const auto source = ct::only_classes(data.train(), {0, 1, 2, 3, 4});
///     const auto target = ct::only_classes(data.train(), {5, 6, 7, 8, 9});    // their labels are 0 … 4 as well
template <detail::Lendable D>
  requires LabeledDataset<std::remove_cvref_t<D>>
auto only_classes(D&& data, const std::vector<int>& chosen) {
  return detail::set_of_classes<std::remove_cvref_t<D>>(data, chosen);
}

}    // namespace contrastive

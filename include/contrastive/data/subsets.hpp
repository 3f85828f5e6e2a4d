// SPDX-License-Identifier: MIT
#pragma once
// Parts of a data set: without its labels, its first samples, a chosen few. They borrow, and copy nothing.
#include <contrastive/core/error.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <span>
#include <string>
#include <utility>

namespace contrastive {

namespace detail {
/// What a part of a data set says of itself as the whole does.
template <Dataset D>
struct part_of {
  using sample = typename D::sample;
  using borrows = void;
  static constexpr bool lies_in_memory = LiesInMemory<D>, reads_one_at_a_time = ReadByOne<D>;
};

/// A data set whose labels cannot be asked for.
template <Dataset D>
class unlabeled_set : public detail::part_of<D> {
 public:
  explicit unlabeled_set(const D& data) : data_(data) {}
  std::size_t size() const { return std::size_t((*data_).size()); }
  void read(std::size_t i, std::span<stored_of<typename D::sample>> to) const { read_sample(*data_, i, to); }

 private:
  borrowed<D> data_;
};

/// Samples numbers[0], numbers[1], …, or the first few where there are no numbers. Labeled where the data set is.
template <Dataset D>
class chosen_set : public detail::part_of<D> {
 public:
  chosen_set(const D& data, std::size_t count) : data_(data), count_(count) {
    if (count > std::size_t(data.size()))
      throw argument_error("first: " + std::to_string(count) + " samples were asked for, the data set has " +
                           std::to_string(data.size()));
  }
  chosen_set(const D& data, std::span<const int> numbers) : data_(data), numbers_(numbers), count_(numbers.size()) {
    for (std::size_t i = 0; i < count_; ++i)
      if (!std::in_range<std::size_t>(numbers[i]) || std::cmp_greater_equal(numbers[i], data.size()))
        throw argument_error("subset: number " + std::to_string(i) + " is " + std::to_string(numbers[i]) +
                             ", the data set has " + std::to_string(data.size()) + " samples");
  }
  std::size_t size() const { return count_; }
  void read(std::size_t i, std::span<stored_of<typename D::sample>> to) const { read_sample(*data_, at(i), to); }
  auto label_at(std::size_t i) const
    requires LabeledDataset<D>
  {
    return (*data_).label_at(at(i));
  }
  auto classes() const
    requires LabeledDataset<D>
  {
    return (*data_).classes();
  }

 private:
  std::size_t at(std::size_t i) const { return numbers_.empty() ? i : std::size_t(numbers_[i]); }
  borrowed<D> data_;
  std::span<const int> numbers_;
  std::size_t count_;
};
}    // namespace detail

/// The data set without its labels: supervised losses refuse it at compile time.
template <detail::Lendable D>
auto unlabeled(D&& data) {
  return detail::unlabeled_set<std::remove_cvref_t<D>>{data};
}

/// The first `count` samples. Throws argument_error where there are fewer.
template <detail::Lendable D>
auto first(D&& data, std::size_t count) {
  return detail::chosen_set<std::remove_cvref_t<D>>{data, count};
}

/// The samples with these numbers, in this order; the numbers are borrowed as well. Throws argument_error for a number
/// that the data set does not have.
template <detail::Lendable D>
auto subset(D&& data, std::span<const int> numbers) {
  return detail::chosen_set<std::remove_cvref_t<D>>{data, numbers};
}
template <detail::Lendable D, detail::Temporary<int> Numbers>
auto subset(D&& data, Numbers&&) {
  detail::refuse_temporary<Numbers>();
  return first(data, 0);    // one mistake, one error
}

}    // namespace contrastive

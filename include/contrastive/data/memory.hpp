// SPDX-License-Identifier: MIT
#pragma once
// Data sets over memory of the caller's, with and without labels.
#include <contrastive/core/error.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <span>
#include <string>

namespace contrastive {

namespace detail {
/// "2×2×3 = 12"
template <class S>
std::string size_text() {
  return std::to_string(S::height) + "×" + std::to_string(S::width) + "×" + std::to_string(S::channels) + " = " +
         std::to_string(S::size);
}
}    // namespace detail

/// Samples that lie one after another in the caller's memory: (n, height, width, channels), as they are stored: images
/// as bytes, tables and signals as float, tokens as std::int32_t. Throws argument_error where they are no whole number
/// of samples.
///
///     memory_samples<table<30>> data{values};
template <SampleShape Sample>
class memory_samples {
 public:
  using sample = Sample;
  using stored = detail::stored_of<Sample>;
  using borrows = void;
  static constexpr bool lies_in_memory = true;

  explicit memory_samples(std::span<const stored> values) : values_(values) {
    if (values.size() % sample::size != 0)
      throw argument_error("memory_samples: " + std::to_string(values.size()) +
                           " numbers are no whole number of samples of " + detail::size_text<sample>() + " numbers");
  }
  template <detail::Temporary<stored> Values>
  explicit memory_samples(Values&&) {
    detail::refuse_temporary<Values>();
  }
  std::size_t size() const { return values_.size() / sample::size; }
  void read(std::size_t i, std::span<stored> to) const { std::copy_n(at(i), sample::size, to.data()); }
  /// Where the bytes of image i lie.
  const std::uint8_t* image_at(std::size_t i) const
    requires Image<Sample>
  {
    return at(i);
  }

 private:
  const stored* at(std::size_t i) const { return values_.data() + i * sample::size; }
  std::span<const stored> values_;
};

/// The same of images: `memory_images<image<28, 28, 1>> data{pixels};`
template <Image Sample>
using memory_images = memory_samples<Sample>;

/// The same with a label for each sample. Throws argument_error where there are more or fewer labels than samples or no
/// class, data_error where a label is not in 0 … classes − 1.
template <SampleShape Sample>
class memory_dataset : public memory_samples<Sample> {
 public:
  memory_dataset(std::span<const detail::stored_of<Sample>> values, std::span<const int> labels, int classes)
      : memory_samples<Sample>(values), labels_(labels), classes_(classes) {
    if (labels.size() != this->size())
      throw argument_error("memory_dataset: there are " + std::to_string(labels.size()) + " labels for " +
                           std::to_string(this->size()) + " samples");
    if (classes < 1) throw argument_error("memory_dataset: classes is at least 1; found " + std::to_string(classes));
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] < 0 || labels[i] >= classes)
        throw data_error("memory_dataset: label " + std::to_string(i) + " is " + std::to_string(labels[i]) +
                         "; expected 0 to " + std::to_string(classes - 1));
  }
  template <class Values, class Labels>
    requires(detail::Temporary<Values, detail::stored_of<Sample>> || detail::Temporary<Labels, int>)
  memory_dataset(Values&&, Labels&&, int classes)
      : memory_samples<Sample>(std::span<const detail::stored_of<Sample>>{}), classes_(classes) {
    detail::refuse_temporary<Values>();
  }
  int label_at(std::size_t i) const { return labels_[i]; }
  int classes() const { return classes_; }

 private:
  std::span<const int> labels_;
  int classes_;
};

}    // namespace contrastive

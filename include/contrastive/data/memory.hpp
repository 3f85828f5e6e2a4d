// SPDX-License-Identifier: MIT
#pragma once
// Data sets over memory of the caller's, with and without labels.
#include <contrastive/core/error.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <span>
#include <string>

namespace contrastive {

/// Images that lie one after another in the caller's memory: (n, height, width, channels). Throws argument_error where
/// the bytes are no whole number of images.
///
///     memory_images<image<28, 28, 1>> data{pixels};
template <Image Sample>
class memory_images {
 public:
  using sample = Sample;
  using borrows = void;

  explicit memory_images(std::span<const std::uint8_t> pixels) : pixels_(pixels) {
    if (pixels.size() % sample::size != 0)
      throw argument_error("memory_images: " + std::to_string(pixels.size()) +
                           " bytes are no whole number of images of " + std::to_string(sample::height) + "×" +
                           std::to_string(sample::width) + "×" + std::to_string(sample::channels) + " = " +
                           std::to_string(sample::size) + " bytes");
  }
  std::size_t size() const { return pixels_.size() / sample::size; }
  const std::uint8_t* image_at(std::size_t i) const { return pixels_.data() + i * sample::size; }

 private:
  std::span<const std::uint8_t> pixels_;
};

/// The same with a label for each image. Throws argument_error where there are more or fewer labels than images or no
/// class, data_error where a label is not in 0 … classes − 1.
template <Image Sample>
class memory_dataset : public memory_images<Sample> {
 public:
  memory_dataset(std::span<const std::uint8_t> pixels, std::span<const int> labels, int classes)
      : memory_images<Sample>(pixels), labels_(labels), classes_(classes) {
    if (labels.size() != this->size())
      throw argument_error("memory_dataset: there are " + std::to_string(labels.size()) + " labels for " +
                           std::to_string(this->size()) + " images");
    if (classes < 1) throw argument_error("memory_dataset: classes is at least 1; found " + std::to_string(classes));
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] < 0 || labels[i] >= classes)
        throw data_error("memory_dataset: label " + std::to_string(i) + " is " + std::to_string(labels[i]) +
                         "; expected 0 to " + std::to_string(classes - 1));
  }
  int label_at(std::size_t i) const { return labels_[i]; }
  int classes() const { return classes_; }

 private:
  std::span<const int> labels_;
  int classes_;
};

}    // namespace contrastive

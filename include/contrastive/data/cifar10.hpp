// SPDX-License-Identifier: MIT
#pragma once
// CIFAR-10: 32 × 32 color photographs of ten classes (Krizhevsky 2009), from its binary files.
#include <contrastive/data/dataset_concepts.hpp>
#include <contrastive/io/byte_source.hpp>

#include <array>
#include <string>
#include <vector>

namespace contrastive {

/// Samples in the caller's order: images (32, 32, 3) and a class 0 … 9 for each.
class cifar10_part {
 public:
  using sample = image<32, 32, 3>;
  static constexpr bool lies_in_memory = true;

  std::size_t size() const { return labels_.size(); }
  void read(std::size_t i, std::span<std::uint8_t> to) const { std::copy_n(image_at(i), sample::size, to.data()); }
  /// Where the bytes of image i lie.
  const std::uint8_t* image_at(std::size_t i) const { return pixels_.data() + i * sample::size; }
  int label_at(std::size_t i) const { return labels_[i]; }
  int classes() const { return 10; }

  /// Appends a file of exactly `records` records: a byte with the class, then three planes of 32 × 32 bytes. Plain or
  /// gzip. Throws file_error for a file of another size, or for a class that there is not.
  void append(const std::filesystem::path& file, std::size_t records) {
    detail::byte_source source(file);
    std::array<std::uint8_t, record_size> record;
    std::uint64_t got = 0, expected = records * record_size;
    for (std::size_t r = 0; r < records; ++r) {
      got += source.read(record);
      if (got < (r + 1) * record_size)
        throw file_error(wrong_size(file, records, expected) + "the file ends after " + std::to_string(got));
      add(record, file, r);
    }
    if (!source.at_end()) throw file_error(wrong_size(file, records, expected) + "the file goes on");
  }

 private:
  static constexpr std::size_t plane = 32 * 32, record_size = 1 + 3 * plane;

  static std::string wrong_size(const std::filesystem::path& file, std::size_t records, std::uint64_t bytes) {
    return detail::quoted(file) + " is no CIFAR-10 file: expected " + std::to_string(records) + " records of " +
           std::to_string(record_size) + " bytes, " + std::to_string(bytes) + " in all, and ";
  }
  void add(std::span<const std::uint8_t, record_size> record, const std::filesystem::path& file, std::size_t number) {
    if (record[0] > 9)
      throw file_error(detail::quoted(file) + ", offset " + std::to_string(number * record_size) +
                       ": the class of record " + std::to_string(number) + " is " + std::to_string(record[0]) +
                       "; expected 0 to 9");
    labels_.push_back(record[0]);
    for (std::size_t p = 0; p < plane; ++p)    // planes to pixels
      for (std::size_t c = 0; c < 3; ++c) pixels_.push_back(record[1 + c * plane + p]);
  }
  std::vector<std::uint8_t> pixels_, labels_;
};

/// The data set's two parts, from a folder with data_batch_1.bin … data_batch_5.bin and test_batch.bin.
/// Throws file_error for a file that is missing or wrong.
///
///     const ct::cifar10 data{"cifar-10-batches-bin"};
class cifar10 {
 public:
  using sample = cifar10_part::sample;
  using part = cifar10_part;
  static constexpr std::array<const char*, 10> names{"airplane", "automobile", "bird",  "cat",  "deer",
                                                     "dog",      "frog",       "horse", "ship", "truck"};

  /// `records`: of each file, 10,000 in the official ones.
  explicit cifar10(const std::filesystem::path& folder, std::size_t records = 10000) {
    for (const char* number : {"1", "2", "3", "4", "5"})
      train_.append(folder / (std::string("data_batch_") + number + ".bin"), records);
    test_.append(folder / "test_batch.bin", records);
  }

  const part& train() const& { return train_; }
  const part& test() const& { return test_; }
  void train() && = delete;    // it would die with the expression
  void test() && = delete;

 private:
  part train_, test_;
};

}    // namespace contrastive

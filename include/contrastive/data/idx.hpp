// SPDX-License-Identifier: MIT
#pragma once
// IDX files, the format of MNIST and its relatives, plain or gzip.
#include <contrastive/data/dataset_concepts.hpp>
#include <contrastive/io/byte_source.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace contrastive {

namespace detail {

/// The header of an IDX file: 0, 0, type, dimensions, then each extent as 32 bits, highest byte first.
class idx_reader {
 public:
  explicit idx_reader(const std::filesystem::path& file) : source_(file) {}

  /// Checks the first four bytes. `what` says what the caller expects, as messages should call it.
  void magic(std::uint8_t dimensions, const std::string& what) {
    std::uint8_t byte[4];
    take(byte, "its first four bytes");
    if (byte[0] != 0 || byte[1] != 0)
      fail(0, "not an IDX file: it begins with bytes " + std::to_string(byte[0]) + " and " + std::to_string(byte[1]) +
                  ", expected 0 and 0");
    if (byte[2] != unsigned_bytes)
      fail(2, "expected element type 8 (unsigned bytes), found " + std::to_string(byte[2]));
    if (byte[3] != dimensions)
      fail(3, "expected a number of dimensions of " + std::to_string(dimensions) + " (" + what + "), found " +
                  std::to_string(byte[3]));
  }
  std::uint32_t extent(const char* name) {
    std::uint8_t byte[4];
    take(byte, name);
    return std::uint32_t(byte[0]) << 24 | std::uint32_t(byte[1]) << 16 | std::uint32_t(byte[2]) << 8 | byte[3];
  }
  void extent(const char* name, int expected) {
    const auto at = source_.position();
    if (const auto found = extent(name); found != std::uint32_t(expected))
      fail(at,
           "expected a " + std::string(name) + " of " + std::to_string(expected) + ", found " + std::to_string(found));
  }
  /// Exactly `size` bytes, and then the end of the file.
  std::vector<std::uint8_t> rest(std::uint64_t size) {
    const std::uint64_t begin = source_.position(),
                        step = 1 << 24;    // a header may lie: memory grows with what is there
    source_.require_memory(size);
    std::vector<std::uint8_t> values;
    while (values.size() < size) {
      const std::size_t old = values.size(), more = std::size_t(std::min(step, size - old));
      grow(values, old + more, source_.path());
      const std::size_t got = source_.read(std::span(values).subspan(old));
      if (got < more)
        fail(begin, "expected " + std::to_string(size) + " bytes of values, found only " + std::to_string(old + got));
    }
    if (!source_.at_end())
      fail(begin + size, "expected the end of the file after " + std::to_string(size) + " bytes of values, found more");
    return values;
  }
  [[noreturn]] void fail(std::uint64_t offset, const std::string& text) const {
    throw file_error(quoted(source_.path()) + ", offset " + std::to_string(offset) + ": " + text);
  }

 private:
  static constexpr std::uint8_t unsigned_bytes = 8;
  void take(std::span<std::uint8_t> bytes, const char* name) {
    const auto at = source_.position();
    if (const auto got = source_.read(bytes); got < bytes.size())
      fail(at, "the file ends early: expected " + std::to_string(bytes.size()) + " bytes (" + name + "), found " +
                   std::to_string(got));
  }
  byte_source source_;
};

template <Image Sample>
std::vector<std::uint8_t> read_idx_images(const std::filesystem::path& file) {
  idx_reader reader(file);
  constexpr bool colors = Sample::channels > 1;
  reader.magic(colors ? 4 : 3, colors ? "images, rows, columns, channels" : "images, rows, columns");
  const std::uint64_t count = reader.extent("number of images");
  reader.extent("number of rows", Sample::height);
  reader.extent("number of columns", Sample::width);
  if constexpr (colors) reader.extent("number of channels", Sample::channels);
  return reader.rest(count * Sample::size);
}

inline std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& file, std::size_t images, int classes) {
  if (classes < 1) throw argument_error("idx_dataset: classes is at least 1; found " + std::to_string(classes));
  idx_reader reader(file);
  reader.magic(1, "labels");
  const std::uint64_t count = reader.extent("number of labels");
  if (count != images)
    reader.fail(4, "expected a label for each of " + std::to_string(images) + " images, found " +
                       std::to_string(count) + " labels");
  auto labels = reader.rest(count);
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= classes)
      reader.fail(8 + i, "label " + std::to_string(i) + " is " + std::to_string(labels[i]) + "; expected 0 to " +
                             std::to_string(classes - 1));
  return labels;
}

}    // namespace detail

/// The images of one IDX file of unsigned bytes: 3 dimensions (images, rows, columns), or 4 with channels where the
/// sample has more than one. Throws file_error, with offset, for a file of another kind or size.
template <Image Sample>
class idx_images {
 public:
  using sample = Sample;
  static constexpr bool lies_in_memory = true;

  explicit idx_images(const std::filesystem::path& images) : pixels_(detail::read_idx_images<Sample>(images)) {}
  std::size_t size() const { return pixels_.size() / Sample::size; }
  void read(std::size_t i, std::span<std::uint8_t> to) const { std::copy_n(image_at(i), Sample::size, to.data()); }
  /// Where the bytes of image i lie.
  const std::uint8_t* image_at(std::size_t i) const { return pixels_.data() + i * Sample::size; }

 private:
  std::vector<std::uint8_t> pixels_;
};

/// The same with the labels of a second IDX file (1 dimension). Without a number of classes it is one more than the
/// largest label. Throws file_error also where the labels are not one for each image, or not in 0 … classes − 1, and
/// argument_error for less than one class.
///
///     idx_dataset<image<28, 28, 1>> data{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", 10};
template <Image Sample>
class idx_dataset : public idx_images<Sample> {
 public:
  idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels, int classes)
      : idx_images<Sample>(images),
        labels_(detail::read_idx_labels(labels, this->size(), classes)),
        classes_(classes) {}
  idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels)
      : idx_dataset(images, labels, 256) {
    classes_ = labels_.empty() ? 0 : 1 + *std::max_element(labels_.begin(), labels_.end());
  }
  int label_at(std::size_t i) const { return labels_[i]; }
  int classes() const { return classes_; }

 private:
  std::vector<std::uint8_t> labels_;
  int classes_;
};

}    // namespace contrastive

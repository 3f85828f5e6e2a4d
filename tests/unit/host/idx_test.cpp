// SPDX-License-Identifier: MIT
// Laws of IDX files, and of the shipped Fashion-MNIST.
#include <contrastive/data/fashion_mnist.hpp>
#include <contrastive/data/subsets.hpp>

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "support/address_space_limit.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

using namespace contrastive;

namespace {

using small = image<2, 3, 1>;
using small_colors = image<1, 2, 3>;

static_assert(Dataset<idx_images<small>> && !LabeledDataset<idx_images<small>> && LabeledDataset<idx_dataset<small>>);

std::string number(std::uint32_t n) { return {char(n >> 24), char(n >> 16), char(n >> 8), char(n)}; }

std::string idx(const std::vector<std::uint32_t>& extents, const std::string& values, char type = 8) {
  std::string bytes{'\0', '\0', type, char(extents.size())};
  for (const auto extent : extents) bytes += number(extent);
  return bytes + values;
}

std::string packed(const std::string& bytes) {
  temporary_folder folder;
  const auto path = folder / "x.gz";
  gzFile file = gzopen(path.c_str(), "wb9");
  gzwrite(file, bytes.data(), unsigned(bytes.size()));
  gzclose(file);
  return read_bytes(path);
}

const std::string two_images = idx({2, 2, 3}, "abcdefghijkl");
const std::string two_labels = idx({2}, std::string{'\1', '\0'});

struct files : temporary_folder {
  idx_images<small> images(const std::string& bytes) const {
    return idx_images<small>{write_bytes(*this / "images", bytes)};
  }
  idx_dataset<small> labeled(const std::string& labels, int classes = 2) const {
    return {write_bytes(*this / "images", two_images), write_bytes(*this / "labels", labels), classes};
  }
};

std::string pixels_of(const auto& data) {
  std::string all;
  for (std::size_t i = 0; i < data.size(); ++i)
    all.append(reinterpret_cast<const char*>(data.image_at(i)), std::decay_t<decltype(data)>::sample::size);
  return all;
}

}    // namespace

TEST_CASE("images and labels come out as they lie in the file, plain or gzip") {
  files f;
  for (const bool gzip : {false, true}) {
    const auto images = gzip ? packed(two_images) : two_images, labels = gzip ? packed(two_labels) : two_labels;
    const idx_dataset<small> data{write_bytes(f / "i", images), write_bytes(f / "l", labels)};
    CHECK(data.size() == 2);
    CHECK(pixels_of(data) == "abcdefghijkl");
    CHECK(data.label_at(0) == 1);
    CHECK(data.label_at(1) == 0);
    CHECK(data.classes() == 2);
  }
}

TEST_CASE("images with channels have a fourth dimension") {
  files f;
  const idx_images<small_colors> data{write_bytes(f / "i", idx({2, 1, 2, 3}, "rgbRGBxyzXYZ"))};
  CHECK(pixels_of(data) == "rgbRGBxyzXYZ");
  CHECK_THAT(message_of([&] { idx_images<small_colors>{write_bytes(f / "i", idx({2, 1, 6}, "rgbRGBxyzXYZ"))}; }),
             contains("offset 3: expected a number of dimensions of 4 (images, rows, columns, channels), found 3"));
}

TEST_CASE("a gzip of several members is one file") {
  files f;
  CHECK(pixels_of(f.images(packed(two_images.substr(0, 7)) + packed("") + packed(two_images.substr(7)))) ==
        "abcdefghijkl");
}

TEST_CASE("a large file comes through whole, plain or gzip, whatever the pieces it is read in") {
  files f;
  std::string values(6 * 300000, '\0');
  std::uint32_t x = 1;
  for (auto& c : values) c = char((x = x * 1664525 + 1013904223) >> 24);
  const auto bytes = idx({300000, 2, 3}, values);
  CHECK(pixels_of(f.images(bytes)) == values);
  CHECK(pixels_of(f.images(packed(bytes))) == values);
}

TEST_CASE("a file that is missing or a folder is named") {
  files f;
  CHECK_THAT(message_of([&] { idx_images<small>{f / "nowhere"}; }),
             contains("cannot open") && contains("nowhere'") && contains("No such file"));
  CHECK_THAT(message_of([&] { idx_images<small>{f.path()}; }), contains("cannot read") && contains("directory"));
}

TEST_CASE("a file of another kind is refused by the field that differs") {
  files f;
  const auto refusal = [&](const std::string& bytes) { return message_of([&] { (void)f.images(bytes); }); };
  CHECK_THAT(refusal("PK\3\4 and so on"),
             contains("/images', offset 0: not an IDX file: it begins with bytes 80 and 75"));
  CHECK_THAT(refusal(idx({2, 2, 3}, "", 13)), contains("offset 2: expected element type 8 (unsigned bytes), found 13"));
  CHECK_THAT(refusal(two_labels),
             contains("offset 3: expected a number of dimensions of 3 (images, rows, columns), found 1"));
  CHECK_THAT(refusal(idx({2, 3, 2}, "abcdefghijkl")), contains("offset 8: expected a number of rows of 2, found 3"));
  CHECK_THAT(refusal(idx({2, 2, 4}, "abcdefghijkl")),
             contains("offset 12: expected a number of columns of 3, found 4"));
}

TEST_CASE("a file that is cut off anywhere is refused") {
  files f;
  for (std::size_t size = 0; size < two_images.size(); ++size)
    CHECK_THROWS_AS(f.images(two_images.substr(0, size)), file_error);
  CHECK_THAT(message_of([&] { (void)f.images(two_images.substr(0, 10)); }),
             contains("offset 8: the file ends early: expected 4 bytes (number of rows), found 2"));
  CHECK_THAT(message_of([&] { (void)f.images(two_images.substr(0, 20)); }),
             contains("offset 16: expected 12 bytes of values, found only 4"));
}

TEST_CASE("a gzip that ends early anywhere is refused") {
  files f;
  const auto bytes = packed(two_images);
  for (std::size_t size = 2; size < bytes.size(); ++size) CHECK_THROWS_AS(f.images(bytes.substr(0, size)), file_error);
  CHECK_THAT(
      message_of([&] { (void)f.images(bytes.substr(0, bytes.size() - 6)); }),
      contains("/images'") && contains("gzip data ends early, after " + std::to_string(bytes.size() - 6) + " bytes"));
}

TEST_CASE("a gzip with a changed byte is refused, wherever its check can see it") {
  files f;
  const auto bytes = packed(two_images);
  for (std::size_t i = 10; i < bytes.size(); ++i) {    // before that is the header: time, system
    auto damaged = bytes;
    damaged[i] = char(damaged[i] ^ 0x55);
    CHECK_THROWS_AS(f.images(damaged), file_error);
  }
  auto damaged = bytes;
  damaged[bytes.size() - 8] ^= 1;
  CHECK_THAT(message_of([&] { (void)f.images(damaged); }),
             contains("damaged gzip data before offset") && contains("incorrect data check"));
}

TEST_CASE("bytes after the end are refused, plain or gzip") {
  files f;
  CHECK_THAT(message_of([&] { (void)f.images(two_images + "m"); }),
             contains("offset 28: expected the end of the file after 12 bytes of values, found more"));
  CHECK_THAT(message_of([&] { (void)f.images(packed(two_images + "m")); }), contains("found more"));
  CHECK_THAT(message_of([&] { (void)f.images(packed(two_images) + "m"); }),
             contains("bytes follow the end of the gzip data"));
}

TEST_CASE("a header that lies about the number of images costs no memory") {
  files f;
  CHECK_THAT(message_of([&] { (void)f.images(idx({0xffffffff, 2, 3}, "abcdef")); }),
             contains("expected 25769803770 bytes of values, found only 6"));
}

TEST_CASE("labels are one for each image, and in their range") {
  files f;
  CHECK_THAT(message_of([&] { (void)f.labeled(idx({3}, std::string(3, '\0'))); }),
             contains("/labels', offset 4: expected a label for each of 2 images, found 3 labels"));
  CHECK_THAT(message_of([&] { (void)f.labeled(idx({2}, std::string{'\0', '\2'})); }),
             contains("/labels', offset 9: label 1 is 2; expected 0 to 1"));
  CHECK_THAT(message_of([&] { (void)f.labeled(two_images); }),
             contains("offset 3: expected a number of dimensions of 1 (labels), found 3"));
  CHECK(f.labeled(idx({2}, std::string{'\0', '\2'}), 3).classes() == 3);
}

TEST_CASE("less than one class is refused") {
  files f;
  CHECK_THROWS_WITH(f.labeled(two_labels, 0), "idx_dataset: classes is at least 1; found 0");
  CHECK_THROWS_WITH(f.labeled(two_labels, -3), "idx_dataset: classes is at least 1; found -3");
  CHECK_THROWS_AS(f.labeled(two_labels, 0), argument_error);
}

#ifdef CONTRASTIVE_LIMITS_ADDRESS_SPACE
TEST_CASE("a gzip of more than there is memory for is a file_error") {
  files f;
  const std::string bytes = packed(idx({0xffffffff, 2, 3}, std::string(std::size_t(96) << 20, '\0')));
  write_bytes(f / "images", bytes);
  std::string said;
  {
    const address_space_limit limit(std::size_t(64) << 20);
    said = message_of([&] { idx_images<small>{f / "images"}; });
  }
  CHECK_THAT(said, contains("/images' does not fit into memory: "));
}
#endif

TEST_CASE("the shipped Fashion-MNIST has 1,000 training and 200 test images of each class") {
  const fashion_mnist data{CONTRASTIVE_DATA_DIR};
  CHECK(data.train().size() == 10000);
  CHECK(data.test().size() == 2000);
  CHECK(data.train().classes() == 10);
  const auto counts = [](const auto& part) {
    std::vector<int> count(10);
    for (std::size_t i = 0; i < part.size(); ++i) ++count[std::size_t(part.label_at(i))];
    return count;
  };
  CHECK(counts(data.train()) == std::vector<int>(10, 1000));
  CHECK(counts(data.test()) == std::vector<int>(10, 200));
}

TEST_CASE("the shipped Fashion-MNIST begins with an ankle boot and shows light on dark") {
  const fashion_mnist data{CONTRASTIVE_DATA_DIR};
  CHECK(data.train().label_at(0) == 9);
  CHECK(std::string{fashion_mnist::names[9]} == "ankle boot");
  CHECK(data.train().image_at(0)[0] == 0);
  double sum = 0;
  for (std::size_t i = 0; i < data.train().size(); ++i)
    sum = std::accumulate(data.train().image_at(i), data.train().image_at(i) + 784, sum);
  CHECK(std::abs(sum / 7840000 / 255 - 0.286) < 0.002);    // the full training set's mean is 0.2860
}

TEST_CASE("Fashion-MNIST is found with or without .gz, and a missing file is named") {
  temporary_folder folder;
  std::filesystem::path from{CONTRASTIVE_DATA_DIR};
  for (const std::string name : {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-labels-idx1-ubyte"}) {
    contrastive::detail::byte_source source{from / (name + ".gz")};
    std::vector<std::uint8_t> bytes(1 << 21);
    bytes.resize(source.read(bytes));
    write_bytes(folder / name, {bytes.begin(), bytes.end()});
  }
  CHECK_THAT(message_of([&] { fashion_mnist{folder.path()}; }),
             contains("there is neither") && contains("/train-images-idx3-ubyte' nor 'train-images-idx3-ubyte.gz'"));
  std::filesystem::create_symlink(from / "train-images-idx3-ubyte.gz", folder / "train-images-idx3-ubyte.gz");
  const fashion_mnist mixed{folder.path()}, packed_all{from};
  CHECK(pixels_of(mixed.test()) == pixels_of(packed_all.test()));
  CHECK(mixed.train().label_at(7) == packed_all.train().label_at(7));
}

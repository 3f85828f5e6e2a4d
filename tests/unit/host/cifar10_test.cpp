// SPDX-License-Identifier: MIT
// CIFAR-10's binary files: a small made-up set, wrong ones, and the real ones where they are.
#include <contrastive/core/error.hpp>
#include <contrastive/data/cifar10.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/temporary_folder.hpp"

#include <cstdlib>

using namespace contrastive;

namespace {

/// `records` records whose class and colors follow from `seed`.
std::string cifar_bytes(std::size_t records, unsigned seed) {
  std::string bytes;
  for (std::size_t r = 0; r < records; ++r) {
    bytes += char((seed + r) % 10);
    for (std::size_t k = 0; k < 3072; ++k) bytes += char((seed * 31 + r * 17 + k * 7) % 251);
  }
  return bytes;
}
void write_set(const temporary_folder& folder, std::size_t records) {
  for (unsigned b = 1; b <= 5; ++b)
    write_bytes(folder / ("data_batch_" + std::to_string(b) + ".bin"), cifar_bytes(records, b));
  write_bytes(folder / "test_batch.bin", cifar_bytes(records, 9));
}

}    // namespace

TEST_CASE("CIFAR-10's planes become pixels, its files one data set in their order") {
  static_assert(LabeledDataset<cifar10_part>);
  const temporary_folder folder;
  write_set(folder, 3);
  const cifar10 data{folder.path(), 3};
  REQUIRE(data.train().size() == 15);
  REQUIRE(data.test().size() == 3);
  CHECK(data.train().label_at(4) == 3);    // file 2, record 1
  CHECK(data.test().label_at(2) == 1);
  const std::uint8_t* pixels = data.train().image_at(4);
  for (const auto [row, column, channel] : {std::array{0, 0, 0}, std::array{5, 31, 2}, std::array{31, 30, 1}}) {
    const unsigned k = unsigned(channel * 1024 + row * 32 + column);
    CHECK(unsigned(pixels[(row * 32 + column) * 3 + channel]) == (2 * 31 + 17 + k * 7) % 251);
  }
}

TEST_CASE("a CIFAR-10 file of the wrong size or class is one clear error") {
  const temporary_folder folder;
  write_set(folder, 2);
  CHECK_THROWS_WITH((cifar10{folder.path(), 3}), contains("data_batch_1.bin") &&
                                                     contains("expected 3 records of 3073 bytes, 9219 in all") &&
                                                     contains("the file ends after 6146"));
  CHECK_THROWS_WITH((cifar10{folder.path(), 1}), contains("the file goes on"));
  auto bytes = cifar_bytes(2, 9);
  bytes[3073] = 10;
  write_bytes(folder / "test_batch.bin", bytes);
  CHECK_THROWS_WITH((cifar10{folder.path(), 2}), contains("offset 3073") && contains("class of record 1 is 10"));
  std::filesystem::remove(folder / "data_batch_4.bin");
  CHECK_THROWS_WITH((cifar10{folder.path(), 2}), contains("data_batch_4.bin") && contains("No such file"));
}

TEST_CASE("the real CIFAR-10 has 6,000 images of each class") {
  const char* folder = std::getenv("CONTRASTIVE_CIFAR10");
  if (!folder) {
    WARN("skipped: CONTRASTIVE_CIFAR10 names no folder with CIFAR-10's binary files");
    return;
  }
  const cifar10 data{folder};
  std::vector<int> count(10);
  for (std::size_t i = 0; i < data.train().size(); ++i) ++count[std::size_t(data.train().label_at(i))];
  for (std::size_t i = 0; i < data.test().size(); ++i) ++count[std::size_t(data.test().label_at(i))];
  CHECK(count == std::vector<int>(10, 6000));
}

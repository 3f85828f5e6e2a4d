// SPDX-License-Identifier: MIT
// Laws of what a transfer takes of data sets: some classes under new numbers, and samples that another set does not have.
#include <contrastive/data/duplicates.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/data/only_classes.hpp>

#include <cmath>
#include <numeric>
#include <vector>

#include "support/catch.hpp"
#include "support/contains.hpp"

using namespace contrastive;

namespace {

using dot = image<1, 1, 1>;
using pixels = std::vector<std::uint8_t>;

// samples 0 … 5 of classes 2, 0, 1, 2, 0, 2
const pixels dots{10, 11, 12, 13, 14, 15};
const std::vector<int> classes_of_dots{2, 0, 1, 2, 0, 2};
const memory_dataset<dot> data{dots, classes_of_dots, 3};

template <class D>
pixels pixels_of(const D& d) {
  pixels all;
  for (std::size_t i = 0; i < d.size(); ++i) {
    pixels one(D::sample::size);
    read_sample(d, i, std::span(one));
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}
template <class D>
std::vector<int> labels_of(const D& d) {
  std::vector<int> all;
  for (std::size_t i = 0; i < d.size(); ++i) all.push_back(d.label_at(i));
  return all;
}

/// A ramp over the 8 × 8 fields of an image, brighter by `more`.
template <int Side>
pixels ramp(int more) {
  pixels all;
  for (int y = 0; y < Side; ++y)
    for (int x = 0; x < Side; ++x) all.push_back(std::uint8_t(8 * (x * 8 / Side) + y * 8 / Side + more));
  return all;
}
pixels joined(const pixels& a, const pixels& b) {
  pixels all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

}    // namespace

TEST_CASE("only_classes has the samples of its classes in their order, and class chosen[k] is k") {
  const auto some = only_classes(data, {2, 0});
  static_assert(LabeledDataset<decltype(some)>);
  CHECK(pixels_of(some) == pixels{10, 11, 13, 14, 15});
  CHECK(labels_of(some) == std::vector<int>{0, 1, 0, 1, 0});
  CHECK(some.classes() == 2);
  const auto of_some = only_classes(some, {1});    // and of those again
  CHECK(pixels_of(of_some) == pixels{11, 14});
  CHECK(of_some.classes() == 1);
}

TEST_CASE("only_classes of all classes is the data set, and a class without samples is one all the same") {
  CHECK(labels_of(only_classes(data, {0, 1, 2})) == classes_of_dots);
  const memory_dataset<dot> more{dots, classes_of_dots, 4};
  const auto none = only_classes(more, {3});
  CHECK((none.size() == 0 && none.classes() == 1));
}

TEST_CASE("only_classes refuses no class, one that there is not, and one twice") {
  CHECK_THROWS_WITH(only_classes(data, {}), contains("name at least one class"));
  CHECK_THROWS_WITH(only_classes(data, {0, 3}), contains("there is no class 3; the data set has 0 to 2"));
  CHECK_THROWS_WITH(only_classes(data, {-1}), contains("there is no class -1"));
  CHECK_THROWS_WITH(only_classes(data, {1, 0, 1}), contains("class 1 is named twice"));
  CHECK_THROWS_AS(only_classes(data, {3}), argument_error);
}

TEST_CASE("without_duplicates leaves out what the other set has, byte for byte, each time that it is there") {
  const pixels own{1, 2, 3, 2, 4}, others{2, 4, 9};
  CHECK(without_duplicates(memory_images<dot>{own}, memory_images<dot>{others}) == std::vector<int>{0, 2});
  CHECK(without_duplicates(memory_images<dot>{own}, memory_images<dot>{{}}).size() == 5);
  const std::vector<float> rows{1, 2, 3, 4}, known{3, 4, 2, 1};
  CHECK(without_duplicates(memory_samples<table<2>>{rows}, memory_samples<table<2>>{known}) == std::vector<int>{0});
}

TEST_CASE("with a tolerance images are the same within so many levels, also where they differ in size") {
  using large = image<16, 16, 1>;
  using little = image<8, 8, 1>;
  const pixels own = joined(ramp<16>(0), ramp<16>(100)), others = ramp<8>(3);
  const memory_images<large> two{own};
  const memory_images<little> one{others};
  CHECK(without_duplicates(two, one, {.tolerance = 2.9}) == std::vector<int>{0, 1});
  CHECK(without_duplicates(two, one, {.tolerance = 3}) == std::vector<int>{1});
  CHECK(without_duplicates(two, one, {.tolerance = 97}).empty());
  CHECK(without_duplicates(one, two, {.tolerance = 3}).empty());
}

TEST_CASE("means of thumbnails leave nothing out that is near: each image held against each finds the same") {
  using little = image<8, 8, 3>;
  pixels all(200 * little::size);
  for (std::size_t i = 0; i < all.size(); ++i)    // many are near one another
    all[i] = std::uint8_t(100 + i * i / little::size % 23 + i / little::size * 7 % 31);
  const memory_images<little> images{all};
  const auto own = first(images, 100);
  std::vector<int> later(100), expected;
  std::iota(later.begin(), later.end(), 100);
  const auto others = subset(images, later);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto near_one = [&](std::size_t k) {
      return detail::squared_distance(detail::thumbnail_of(own, i), detail::thumbnail_of(others, k)) <= 9 * 64;
    };
    bool found = false;
    for (std::size_t k = 0; k < 100; ++k) found = found || near_one(k);
    if (!found) expected.push_back(int(i));
  }
  CHECK((!expected.empty() && expected.size() < 100));
  CHECK(without_duplicates(own, others, {.tolerance = 3}) == expected);
}

TEST_CASE("without_duplicates refuses tolerances that mean nothing") {
  using little = image<8, 8, 1>;
  const pixels none;
  const memory_images<dot> dots_only{none};
  const memory_images<little> images{none};
  CHECK_THROWS_WITH(without_duplicates(images, images, {.tolerance = -1}), contains("0 or more levels of 256"));
  CHECK_THROWS_WITH(without_duplicates(images, images, {.tolerance = std::nan("")}), contains("0 or more"));
  CHECK_THROWS_WITH(without_duplicates(images, dots_only), contains("two sizes are never equal"));
  const std::vector<float> nothing;
  const memory_samples<table<2>> rows{nothing};
  CHECK_THROWS_WITH(without_duplicates(rows, rows, {.tolerance = 1}), contains("only images of 8 × 8 pixels"));
  CHECK_THROWS_WITH(without_duplicates(dots_only, dots_only, {.tolerance = 1}), contains("only images of 8"));
}

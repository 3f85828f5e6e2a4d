// SPDX-License-Identifier: MIT
// Laws of draws of few labels.
#include <contrastive/data/labeled_fraction.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/data/subsets.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "support/catch.hpp"
#include "support/contains.hpp"

using namespace contrastive;

namespace {

/// Four samples whose labels begin at a number of 64 bits.
struct of_long_labels {
  using sample = image<1, 1, 1>;
  long long first = 1LL << 32, class_count = 2;
  std::size_t size() const { return 4; }
  const std::uint8_t* image_at(std::size_t) const { return pixels.data(); }
  long long label_at(std::size_t i) const { return first + static_cast<long long>(i % 2); }
  long long classes() const { return class_count; }
  std::vector<std::uint8_t> pixels{1};
};

/// 0, 1, …, classes − 1, 0, 1, …
std::vector<int> in_turn(int count, int classes) {
  std::vector<int> labels(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = int(i) % classes;
  return labels;
}
std::vector<int> counts(const std::vector<int>& labels, const std::vector<int>& numbers, int classes) {
  std::vector<int> found(static_cast<std::size_t>(classes));
  for (const int n : numbers) ++found[std::size_t(labels[std::size_t(n)])];
  return found;
}
bool contains_all(const std::vector<int>& large, const std::vector<int>& small) {
  return std::includes(large.begin(), large.end(), small.begin(), small.end());
}

}    // namespace

TEST_CASE("a fraction has the same share of every class, and no sample twice") {
  const auto labels = in_turn(10000, 10);
  for (const double fraction : {1., 0.1, 0.01}) {
    const auto numbers = labeled_fraction(labels, 10, fraction);
    CHECK(counts(labels, numbers, 10) == std::vector<int>(10, int(std::lround(1000 * fraction))));
    CHECK(std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>{}) == numbers.end());
  }
  std::vector<int> all(10000);
  std::iota(all.begin(), all.end(), 0);
  CHECK(labeled_fraction(labels, 10, 1) == all);
  const std::vector<int> uneven{0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  CHECK(counts(uneven, labeled_fraction(uneven, 2, 0.5), 2) == std::vector<int>{2, 3});
}

TEST_CASE("the key decides which samples are drawn, and a smaller fraction is a part of a larger one") {
  const auto labels = in_turn(1000, 10);
  const auto drawn = labeled_fraction(labels, 10, 0.1);
  CHECK(labeled_fraction(labels, 10, 0.1, {.seed = 1, .draw = 0}) == drawn);
  CHECK(labeled_fraction(labels, 10, 0.1, {.draw = 1}) != drawn);
  CHECK(labeled_fraction(labels, 10, 0.1, {.seed = 2}) != drawn);
  CHECK(contains_all(labeled_fraction(labels, 10, 0.3), drawn));
  CHECK(contains_all(drawn, labeled_fraction(labels, 10, 0.01)));
}

TEST_CASE("over many draws every sample has the same chance") {
  const auto labels = in_turn(40, 2);
  std::vector<int> times(40);
  for (std::uint32_t draw = 0; draw < 4000; ++draw)
    for (const int n : labeled_fraction(labels, 2, 0.25, {.draw = draw})) ++times[std::size_t(n)];
  for (const int t : times) CHECK(std::abs(t - 1000) < 5 * std::sqrt(4000 * 0.25 * 0.75));    // five deviations
}

TEST_CASE("a fraction of a data set is a data set of those samples") {
  const auto labels = in_turn(20, 2);
  const std::vector<std::uint8_t> pixels(20);
  const memory_dataset<image<1, 1, 1>> data{pixels, labels, 2};
  const auto numbers = labeled_fraction(data, 0.2);
  CHECK(numbers == labeled_fraction(labels, 2, 0.2));
  const auto few = subset(data, numbers);
  REQUIRE(few.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(few.label_at(i) == labels[std::size_t(numbers[i])]);
}

TEST_CASE("a fraction that leaves a class empty is refused, with the class") {
  const std::vector<int> labels{0, 0, 0, 0, 1};
  CHECK_THROWS_WITH(labeled_fraction(labels, 2, 0.4), contains("0.4") && contains("of the 1 samples of class 1"));
  CHECK_THROWS_AS(labeled_fraction(labels, 2, 0.4), argument_error);
  CHECK_THROWS_WITH(labeled_fraction(labels, 2, 0), contains("above 0 and at most 1"));
  CHECK_THROWS_AS(labeled_fraction(labels, 2, 1.5), argument_error);
  CHECK_THROWS_AS(labeled_fraction(labels, 2, std::nan("")), argument_error);
  CHECK_THROWS_AS(labeled_fraction(labels, 1, 1), data_error);
}

TEST_CASE("classes without samples are left out, and cost no memory") {
  std::vector<int> letters(2600);
  for (int i = 0; i < 2600; ++i) letters[std::size_t(i)] = 1 + i % 26;    // of 27 classes
  CHECK(labeled_fraction(letters, 27, 0.1).size() == 260);
  CHECK(labeled_fraction(letters, 27, 1).size() == 2600);
  CHECK(labeled_fraction(letters, std::numeric_limits<int>::max(), 0.1) == labeled_fraction(letters, 27, 0.1));
  CHECK(labeled_fraction(std::vector<int>{}, 3, 1).empty());
}

TEST_CASE("labels that no int holds are refused, not cut") {
  CHECK_THROWS_WITH(labeled_fraction(of_long_labels{}, 0.5),
                    "labeled_fraction: the label of sample 0 is 4294967296; expected a number that fits an int");
  CHECK_THROWS_AS(labeled_fraction(of_long_labels{}, 0.5), data_error);
  CHECK_THROWS_WITH(labeled_fraction(of_long_labels{.first = 0, .class_count = 1LL << 32}, 0.5),
                    contains("the data set has 4294967296 classes"));
  CHECK(labeled_fraction(of_long_labels{.first = 0}, 0.5).size() == 2);
}

// SPDX-License-Identifier: MIT
// Laws of data sets in memory and of their views.
#include <contrastive/data/memory.hpp>
#include <contrastive/data/subsets.hpp>

#include <array>
#include <numeric>
#include <vector>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

using tiny = image<2, 1, 1>;

struct complete {
  using sample = tiny;
  std::size_t size() const { return 0; }
  const std::uint8_t* image_at(std::size_t) const { return nullptr; }
  int label_at(std::size_t) const { return 0; }
  int classes() const { return 1; }
};
static_assert(LabeledDataset<complete>);

// each lacks one requirement only
struct without_sample {
  std::size_t size() const { return 0; }
  const std::uint8_t* image_at(std::size_t) const { return nullptr; }
  int label_at(std::size_t) const { return 0; }
  int classes() const { return 1; }
};
struct with_another_sample : complete {
  using sample = filter<2, 1, 1, 1>;
};
struct without_size : complete {
  void size() const;
};
struct with_changing_size : complete {
  std::size_t size() { return 0; }
};
struct without_images : complete {
  void image_at(std::size_t) const;
};
struct with_float_images : complete {
  const float* image_at(std::size_t) const { return nullptr; }
};
struct without_labels : complete {
  void label_at(std::size_t) const;
};
struct with_named_labels : complete {
  const char* label_at(std::size_t) const { return ""; }
};
struct without_classes : complete {
  void classes() const;
};
static_assert(detail::Temporary<std::vector<int>, int> && detail::Temporary<const std::vector<int>, int>);
static_assert(!detail::Temporary<std::vector<int>&, int> && !detail::Temporary<std::span<const int>, int>);
static_assert(!Dataset<without_sample> && !Dataset<with_another_sample>);
static_assert(!Dataset<without_size> && !Dataset<with_changing_size>);
static_assert(!Dataset<without_images> && !Dataset<with_float_images>);
static_assert(Dataset<without_labels> && !LabeledDataset<without_labels> && !LabeledDataset<with_named_labels>);
static_assert(Dataset<without_classes> && !LabeledDataset<without_classes>);

// samples are written into memory that is given, or, for images of one's own, handed out as bytes
struct writing {
  using sample = signal<3, 2>;
  std::size_t size() const { return 5; }
  void read(std::size_t i, std::span<float> to) const { std::fill(to.begin(), to.end(), float(i)); }
};
struct writing_bytes : writing {
  void read(std::size_t i, std::span<std::uint8_t> to) const;
};
struct writing_with_changes : writing {
  void read(std::size_t i, std::span<float> to);
};
struct writing_images {
  using sample = tiny;
  std::size_t size() const { return 5; }
  void read(std::size_t i, std::span<std::uint8_t> to) const { to[0] = to[1] = std::uint8_t(i); }
};
struct handing_out_floats : writing {
  void read(std::size_t i) const;
  const std::uint8_t* image_at(std::size_t) const { return nullptr; }
};
static_assert(Dataset<writing> && Dataset<writing_images> && !contrastive::detail::HasImages<writing_images>);
static_assert(!Dataset<writing_bytes> && !Dataset<writing_with_changes> && !Dataset<handing_out_floats>);
static_assert(!contrastive::detail::LiesInMemory<writing> &&
              !contrastive::detail::LiesInMemory<contrastive::detail::unlabeled_set<writing>> &&
              contrastive::detail::LiesInMemory<complete>);

// a sample is a shape and its stored number
static_assert(SampleShape<image<2, 2, 3>> && SampleShape<table<4>> && SampleShape<signal<9, 2>> &&
              SampleShape<tokens<5, 7>>);
static_assert(!SampleShape<filter<2, 1, 1, 1>> && !SampleShape<int>);
static_assert(std::is_same_v<contrastive::detail::stored_of<image<2, 2, 3>>, std::uint8_t> &&
              std::is_same_v<contrastive::detail::stored_of<table<4>>, float>);
static_assert(std::is_same_v<seen_as<table<4>>, features<4>> && std::is_same_v<seen_as<signal<9, 2>>, image<1, 9, 2>>);

static_assert(Dataset<memory_samples<table<3>>> && Dataset<memory_samples<tokens<3, 9>>>);
static_assert(!contrastive::detail::HasImages<memory_samples<table<3>>> &&
              LabeledDataset<memory_dataset<signal<4, 2>>>);
static_assert(contrastive::detail::LiesInMemory<memory_images<tiny>> &&
              contrastive::detail::LiesInMemory<contrastive::detail::chosen_set<memory_images<tiny>>>);

static_assert(Dataset<memory_images<tiny>> && !LabeledDataset<memory_images<tiny>>);
static_assert(LabeledDataset<memory_dataset<tiny>>);
static_assert(Dataset<contrastive::detail::unlabeled_set<complete>> &&
              !LabeledDataset<contrastive::detail::unlabeled_set<complete>>);
static_assert(LabeledDataset<contrastive::detail::chosen_set<complete>> &&
              !LabeledDataset<contrastive::detail::chosen_set<without_labels>>);

// A view borrows what outlives it: views may be taken of views, but not of a data set that dies with the expression.
static_assert(contrastive::detail::Lendable<complete&> && contrastive::detail::Lendable<const complete&> &&
              contrastive::detail::Lendable<memory_dataset<tiny>>);
static_assert(!contrastive::detail::Lendable<complete> && !contrastive::detail::Lendable<const complete>);

template <Dataset D>
auto sample_of(const D& data, std::size_t i) {
  std::vector<contrastive::detail::stored_of<typename D::sample>> values(D::sample::size);
  read_sample(data, i, values);
  return values;
}

const std::vector<std::uint8_t> pixels{0, 1, 10, 11, 20, 21, 30, 31};
const std::vector<int> labels{0, 1, 2, 1};

}    // namespace

TEST_CASE("a data set in memory hands out the caller's bytes, not a copy") {
  memory_dataset<tiny> data{pixels, labels, 3};
  REQUIRE(data.size() == 4);
  CHECK(data.classes() == 3);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(data.image_at(i) == pixels.data() + 2 * i);
    CHECK(data.label_at(i) == labels[i]);
  }
  CHECK(memory_images<tiny>{pixels}.size() == 4);
}

TEST_CASE("a data set in memory refuses sizes that do not fit, and says both") {
  using rgb = memory_images<image<2, 2, 3>>;
  CHECK_THROWS_WITH(rgb{pixels}, "memory_samples: 8 numbers are no whole number of samples of 2×2×3 = 12 numbers");
  CHECK_THROWS_AS(rgb{pixels}, argument_error);
  using labeled = memory_dataset<tiny>;
  const std::vector<int> three{0, 1, 2}, wild{0, 1, 3, 0}, negative{0, -1, 0, 0};
  CHECK_THROWS_WITH((labeled{pixels, three, 3}), "memory_dataset: there are 3 labels for 4 samples");
  CHECK_THROWS_WITH((labeled{pixels, labels, 0}), "memory_dataset: classes is at least 1; found 0");
  CHECK_THROWS_WITH((labeled{pixels, wild, 3}), "memory_dataset: label 2 is 3; expected 0 to 2");
  CHECK_THROWS_AS((labeled{pixels, negative, 3}), data_error);
}

TEST_CASE("unlabeled keeps the samples") {
  memory_dataset<tiny> data{pixels, labels, 3};
  const auto view = unlabeled(data);
  CHECK(view.size() == 4);
  CHECK(sample_of(view, 2) == sample_of(data, 2));
}

TEST_CASE("a data set of tables, signals or tokens in memory hands on the caller's numbers") {
  const std::vector<float> values{0, 1, 2, 3, 4, 5};
  const std::vector<std::int32_t> words{0, 8, 3, 1};
  const memory_samples<table<3>> rows{values};
  CHECK(rows.size() == 2);
  CHECK(sample_of(rows, 1) == std::vector<float>{3, 4, 5});
  CHECK(sample_of(memory_samples<signal<1, 2>>{values}, 2) == std::vector<float>{4, 5});
  CHECK(sample_of(memory_samples<tokens<2, 9>>{words}, 1) == std::vector<std::int32_t>{3, 1});
  CHECK(sample_of(first(rows, 1), 0) == std::vector<float>{0, 1, 2});
}

TEST_CASE("a token that is no word is refused where it is read, with its place") {
  const std::vector<std::int32_t> words{0, 8, 3, 9, -1, 0};
  const memory_samples<tokens<2, 9>> data{words};
  CHECK_NOTHROW(sample_of(data, 0));
  CHECK_THROWS_WITH(sample_of(data, 1), "token 1 of sample 1 is 9; expected 0 to 8");
  CHECK_THROWS_WITH(sample_of(unlabeled(data), 2), "token 0 of sample 2 is -1; expected 0 to 8");
  CHECK_THROWS_AS(sample_of(data, 1), data_error);
}

TEST_CASE("first and subset keep samples and labels of the samples that they name") {
  memory_dataset<tiny> data{pixels, labels, 3};
  const std::array<int, 3> numbers{3, 0, 3};
  const auto few = subset(data, numbers);
  REQUIRE(few.size() == 3);
  CHECK(few.classes() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(sample_of(few, i) == sample_of(data, std::size_t(numbers[i])));
    CHECK(few.label_at(i) == labels[std::size_t(numbers[i])]);
  }
  CHECK(first(data, 2).size() == 2);
  CHECK(sample_of(first(data, 2), 1) == sample_of(data, 1));
  CHECK(first(data, 0).size() == 0);
}

TEST_CASE("a subset of no numbers is empty, and parts of parts are parts of the data") {
  memory_dataset<tiny> data{pixels, labels, 3};
  CHECK(subset(data, {}).size() == 0);
  const std::array<int, 2> numbers{1, 0};
  const auto nested = unlabeled(subset(first(data, 2), numbers));
  CHECK(nested.size() == 2);
  CHECK(sample_of(nested, 0) == sample_of(data, 1));
}

TEST_CASE("views refuse samples that the data set does not have") {
  memory_dataset<tiny> data{pixels, labels, 3};
  const std::array<int, 2> beyond{0, 4}, negative{-1, 0};
  CHECK_THROWS_WITH(first(data, 5), "first: 5 samples were asked for, the data set has 4");
  CHECK_THROWS_WITH(subset(data, beyond), "subset: number 1 is 4, the data set has 4 samples");
  CHECK_THROWS_AS(subset(data, negative), argument_error);
}

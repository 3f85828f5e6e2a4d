// SPDX-License-Identifier: MIT
// Laws of the xtensor adapter.
#include <contrastive/adapt/xtensor.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <type_traits>
#include <vector>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

using bytes = xt::xtensor<std::uint8_t, 4>;
using tiny = image<2, 1, 3>;

matrix counted(std::size_t rows, std::size_t columns) {
  matrix m{rows, columns};
  for (std::size_t i = 0; i < rows * columns; ++i) m.data()[i] = float(i);
  return m;
}
bytes images(std::array<std::size_t, 4> shape) {
  bytes t(shape);
  for (std::size_t i = 0; i < t.size(); ++i) t.data()[i] = std::uint8_t(i);
  return t;
}

template <class Tensor>
concept MakesDataset = requires(Tensor&& t) { dataset_from_xtensor<tiny>(std::forward<Tensor>(t)); };
static_assert(MakesDataset<bytes&> && MakesDataset<const bytes&> && !MakesDataset<bytes>);
static_assert(!MakesDataset<xt::xtensor<float, 4>&> && !MakesDataset<xt::xtensor<std::uint8_t, 3>&>);

template <class Labels>
concept MakesLabeled = requires(const bytes& t, Labels&& l) {
  dataset_from_xtensor<tiny>(t, std::forward<Labels>(l), 3);
};
static_assert(MakesLabeled<std::vector<int>&> && MakesLabeled<std::span<const int>> &&
              MakesLabeled<const xt::xtensor<int, 1>&>);
static_assert(!MakesLabeled<std::vector<int>> && !MakesLabeled<xt::xtensor<int, 1>>);

}    // namespace

TEST_CASE("as_xtensor sees the matrix itself") {
  auto m = counted(3, 4);
  auto seen = as_xtensor(m);
  REQUIRE((seen.shape()[0] == 3 && seen.shape()[1] == 4));
  CHECK(seen(2, 1) == 9);
  seen(1, 3) = -1;
  CHECK(m(1, 3) == -1);
  const auto& constant = m;
  CHECK(as_xtensor(constant).data() == m.data());
  CHECK(as_xtensor(matrix{}).size() == 0);
}

TEST_CASE("as_xtensor of a matrix that goes away is a copy") {
  static_assert(std::is_same_v<decltype(as_xtensor(counted(1, 1))), xt::xtensor<float, 2>>);
  const auto kept = as_xtensor(counted(2, 2));
  CHECK(kept(1, 0) == 2);
}

TEST_CASE("a data set from xtensor has images(i, ...) as sample i, in place") {
  const auto pixels = images({4, 2, 1, 3});
  const std::vector<int> labels{1, 0, 1, 2};
  const auto plain = dataset_from_xtensor<tiny>(pixels);
  const auto labeled = dataset_from_xtensor<tiny>(pixels, labels, 3);
  static_assert(Dataset<decltype(plain)> && !LabeledDataset<decltype(plain)> && LabeledDataset<decltype(labeled)>);
  REQUIRE((plain.size() == 4 && labeled.size() == 4));
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(plain.image_at(i) == &pixels(i, 0, 0, 0));
    CHECK(labeled.image_at(i)[5] == pixels(i, 1, 0, 2));
    CHECK(labeled.label_at(i) == labels[i]);
  }
}

TEST_CASE("labels may be an xtensor too") {
  const auto pixels = images({3, 2, 1, 3});
  const xt::xtensor<int, 1> labels{2, 0, 1};
  CHECK(dataset_from_xtensor<tiny>(pixels, labels, 3).label_at(0) == 2);
  CHECK_THROWS_WITH(dataset_from_xtensor<tiny>(pixels, labels, 2), "memory_dataset: label 0 is 2; expected 0 to 1");
}

TEST_CASE("a data set from xtensor refuses another shape and says both") {
  const auto turned = images({4, 1, 2, 3});
  CHECK_THROWS_WITH(
      dataset_from_xtensor<tiny>(turned),
      "dataset_from_xtensor: the tensor's shape is (4, 1, 2, 3); expected (images, 2, 1, 3): height, width, channels");
  CHECK_THROWS_AS(dataset_from_xtensor<tiny>(turned), argument_error);
}

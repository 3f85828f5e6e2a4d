// SPDX-License-Identifier: MIT
// Laws of the Eigen adapter.
#include <contrastive/adapt/eigen.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <type_traits>
#include <vector>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

using bytes = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using tiny = image<2, 1, 3>;

matrix counted(std::size_t rows, std::size_t columns) {
  matrix m{rows, columns};
  for (std::size_t i = 0; i < rows * columns; ++i) m.data()[i] = float(i);
  return m;
}
bytes images(int rows, int columns = 6) {
  bytes m(rows, columns);
  for (int i = 0; i < m.size(); ++i) m.data()[i] = std::uint8_t(i);
  return m;
}

}    // namespace

TEST_CASE("as_eigen sees the matrix itself") {
  auto m = counted(3, 4);
  auto seen = as_eigen(m);
  REQUIRE((seen.rows() == 3 && seen.cols() == 4));
  CHECK(seen(2, 1) == 9);
  seen(1, 3) = -1;
  CHECK(m(1, 3) == -1);
  const auto& constant = m;
  CHECK(as_eigen(constant).data() == m.data());
  CHECK(as_eigen(matrix{}).size() == 0);
}

TEST_CASE("as_eigen of a matrix that goes away is a copy") {
  static_assert(std::is_same_v<decltype(as_eigen(counted(1, 1))), eigen_matrix>);
  const auto kept = as_eigen(counted(2, 2));
  CHECK(kept(1, 0) == 2);
}

TEST_CASE("a data set from Eigen has a row as an image, in place") {
  const auto pixels = images(4);
  const std::vector<int> labels{1, 0, 1, 2};
  const auto plain = dataset_from_eigen<tiny>(pixels);
  const auto labeled = dataset_from_eigen<tiny>(pixels, labels, 3);
  static_assert(Dataset<decltype(plain)> && !LabeledDataset<decltype(plain)> && LabeledDataset<decltype(labeled)>);
  REQUIRE((plain.size() == 4 && labeled.size() == 4));
  for (int i = 0; i < 4; ++i) {
    CHECK(plain.image_at(std::size_t(i)) == pixels.row(i).data());
    CHECK(labeled.image_at(std::size_t(i))[5] == pixels(i, 5));
    CHECK(labeled.label_at(std::size_t(i)) == labels[std::size_t(i)]);
  }
}

TEST_CASE("a data set from rows of an Eigen matrix is those rows") {
  const auto pixels = images(5);
  const auto some = pixels.middleRows(1, 2);
  CHECK(dataset_from_eigen<tiny>(some).image_at(1) == pixels.row(2).data());
}

TEST_CASE("a data set from Eigen refuses another width, and columns cut out of a wider matrix") {
  const auto narrow = images(3, 5), wide = images(3, 9);
  CHECK_THROWS_WITH(dataset_from_eigen<tiny>(narrow),
                    "dataset_from_eigen: the matrix has 5 columns; an image of 2×1×3 needs 6");
  CHECK_THROWS_AS(dataset_from_eigen<tiny>(narrow), argument_error);
  const auto cut = wide.leftCols(6);
  CHECK_THROWS_WITH(dataset_from_eigen<tiny>(cut),
                    "dataset_from_eigen: the rows of the matrix do not lie one after another; copy it first");
  const std::vector<int> two{0, 1};
  const auto pixels = images(3);
  CHECK_THROWS_WITH(dataset_from_eigen<tiny>(pixels, two, 2), "memory_dataset: there are 2 labels for 3 samples");
}

TEST_CASE("one row from Eigen whose bytes do not lie side by side is refused") {
  const std::vector<std::uint8_t> raw(24, 3);
  using stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  const Eigen::Map<const bytes, 0, stride> gaps(raw.data(), 1, 6, stride(12, 2)), whole(raw.data(), 1, 6, stride(9, 1));
  CHECK_THROWS_AS(dataset_from_eigen<tiny>(gaps), argument_error);
  CHECK_THROWS_WITH(dataset_from_eigen<tiny>(gaps),
                    "dataset_from_eigen: the rows of the matrix do not lie one after another; copy it first");
  CHECK(dataset_from_eigen<tiny>(whole).size() == 1);    // where a second one would lie does not matter
}

// SPDX-License-Identifier: MIT
// Cosine nearest neighbors against a plain sort.
#include <contrastive/backend/reference.hpp>
#include <contrastive/core/philox.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>

#include "support/catch.hpp"

#include <limits>

using namespace contrastive;

namespace {

matrix random_rows(std::size_t rows, std::size_t columns, std::uint32_t place) {
  random_stream random{5, {.what = purpose::test, .place = place}};
  matrix m(rows, columns);
  for (std::size_t i = 0; i < rows * columns; ++i) m.data()[i] = float(random.normal());
  return m;
}
std::vector<int> cyclic_labels(std::size_t rows, int classes) {
  std::vector<int> labels(rows);
  for (std::size_t i = 0; i < rows; ++i) labels[i] = int(i) % classes;
  return labels;
}
double cosine(std::span<const float> a, std::span<const float> b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    ab += double(a[i]) * b[i], aa += double(a[i]) * a[i], bb += double(b[i]) * b[i];
  return ab / std::sqrt(aa * bb);
}
int by_sorting(const matrix& known, const std::vector<int>& labels, std::span<const float> row, int k, double t) {
  std::vector<std::pair<double, int>> all;
  for (std::size_t i = 0; i < known.rows(); ++i) all.push_back({-cosine(known.row(i), row), int(i)});
  std::sort(all.begin(), all.end());
  std::vector<double> votes(16);
  for (int i = 0; i < k; ++i)
    votes[std::size_t(labels[std::size_t(all[std::size_t(i)].second)])] += std::exp(-all[std::size_t(i)].first / t);
  return int(std::max_element(votes.begin(), votes.end()) - votes.begin());
}
template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "(nothing was thrown)";
}

}    // namespace

TEST_CASE("each row gets the class of a plain sort, whatever the tile") {
  reference device;
  const auto known = random_rows(90, 7, 0), asked = random_rows(41, 7, 1);
  const auto labels = cyclic_labels(90, 5);
  for (const int tile : {1, 7, 41, 256}) {
    const auto found = nearest_neighbors(device, known, labels, asked, {}, {.k = 9, .temperature = 0.2, .tile = tile});
    REQUIRE(found.predicted.size() == 41);
    CHECK(found.k == 9);
    for (std::size_t i = 0; i < 41; ++i) CHECK(found.predicted[i] == by_sorting(known, labels, asked.row(i), 9, 0.2));
  }
}

TEST_CASE("a row finds itself, and the accuracy counts what was right") {
  reference device;
  const auto known = random_rows(30, 6, 2);
  auto truth = cyclic_labels(30, 3);
  CHECK(nearest_neighbors(device, known, truth, known, truth, {.k = 1}).accuracy == 1);
  const auto labels = truth;
  truth[4] = (truth[4] + 1) % 3;
  truth[7] = (truth[7] + 1) % 3;
  CHECK(nearest_neighbors(device, known, labels, known, truth, {.k = 1}).accuracy == catch_shim::Approx(28. / 30));
}

TEST_CASE("k is at most the number of labels of the rarest class") {
  reference device;
  const auto known = random_rows(12, 4, 3);
  std::vector<int> labels(12, 0);
  labels[3] = labels[8] = 2;    // class 1 has no row at all
  CHECK(nearest_neighbors(device, known, labels, known, {}, {.k = 20}).k == 2);
}

TEST_CASE("what does not fit is refused by its numbers") {
  reference device;
  const auto known = random_rows(4, 3, 4);
  const std::vector<int> three{0, 1, 0}, four{0, 1, 0, -1};
  CHECK(message([&] { (void)nearest_neighbors(device, known, three, known); }).find("4 rows and 3 labels") !=
        std::string::npos);
  CHECK(message([&] { (void)nearest_neighbors(device, known, four, known); }).find("found -1") != std::string::npos);
  CHECK(message([&] {
          (void)nearest_neighbors(device, known, cyclic_labels(4, 2), random_rows(2, 5, 5));
        }).find("3 columns, the others 5") != std::string::npos);
  CHECK(message([&] {
          (void)nearest_neighbors(device, known, cyclic_labels(4, 2), known, {},
                                  {.temperature = std::numeric_limits<double>::quiet_NaN()});
        }).find("temperature > 0") != std::string::npos);
}

TEST_CASE("votes count relative to the nearest neighbor, however small the temperature") {
  reference device;
  matrix known(4, 8), asked(2, 8);
  const std::vector<int> labels{1, 1, 2, 2}, truth{1, 2};
  for (std::size_t r = 0; r < 4; ++r) known(r, r) = 1;
  for (std::size_t r = 0; r < 2; ++r) {    // a cosine of 0.2 with the nearest row
    asked(r, 2 * r) = 0.2f, asked(r, 2 * r + 1) = 0.15f;
    asked(r, 7) = std::sqrt(1 - 0.2f * 0.2f - 0.15f * 0.15f);
  }
  for (const double t : {0.1, 1e-3, 1e-4, 1e-300})
    for (const int k : {1, 2})
      CHECK(nearest_neighbors(device, known, labels, asked, truth, {.k = k, .temperature = t}).predicted == truth);
}

TEST_CASE("neighbors' labels may be any numbers from 0 on, and cost no memory for those that do not occur") {
  reference device;
  const auto known = random_rows(4, 3, 6);
  const std::vector<int> large{500'000'000, std::numeric_limits<int>::max(), 7, 500'000'000};
  CHECK(nearest_neighbors(device, known, large, known, large, {.k = 1}).predicted == large);
}

TEST_CASE("rows whose squares no float holds have neighbors too") {
  reference device;
  const auto known = random_rows(30, 6, 7);
  auto large = known;
  for (float& v : std::span(large.data(), 180)) v *= 0x1p100f;
  const auto labels = cyclic_labels(30, 3);
  CHECK(nearest_neighbors(device, large, labels, known, {}, {.k = 5}).predicted ==
        nearest_neighbors(device, known, labels, known, {}, {.k = 5}).predicted);
}

TEST_CASE("neighbors that cannot be compared are refused") {
  reference device;
  const auto known = random_rows(4, 3, 8);
  const auto labels = cyclic_labels(4, 2);
  const std::vector<int> one{1};
  for (const float wrong : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto broken = known;
    broken(2, 1) = wrong;
    CHECK(message([&] { (void)nearest_neighbors(device, broken, labels, known); }) ==
          "nearest neighbors: row 2 of the labeled rows is not finite");
    CHECK(message([&] { (void)nearest_neighbors(device, known, labels, broken); }) ==
          "nearest neighbors: row 2 of the asked rows is not finite");
    CHECK_THROWS_AS(nearest_neighbors(device, broken, labels, known), data_error);
  }
  CHECK(message([&] {
          (void)nearest_neighbors(device, known, labels, known, one);
        }).ends_with("there are 4 rows and 1 classes"));
  CHECK_THROWS_AS(nearest_neighbors(device, matrix(4, 0), labels, matrix(2, 0)), argument_error);
  CHECK_THROWS_AS(nearest_neighbors(device, known, labels, known, one), argument_error);
  CHECK(message([&] {
          (void)nearest_neighbors(device, known, labels, known, {},
                                  {.temperature = std::numeric_limits<double>::infinity()});
        }).find("temperature > 0, but not infinite") != std::string::npos);
}

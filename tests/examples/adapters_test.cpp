// SPDX-License-Identifier: MIT
// The adapters' examples give every bit of the plain path: the same method on the same bytes, without an adapter.
#include <contrastive/adapt/eigen.hpp>
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>
#ifdef CONTRASTIVE_TEST_WITH_XTENSOR
#include <contrastive/adapt/xtensor.hpp>
#endif

#include <bit>
#include <cstdint>
#include <iostream>
#include <vector>

#include "support/catch.hpp"

// The examples themselves. What they include stands above, so that none of it is read inside a namespace.
#define main example
namespace with_eigen {
#include "../examples/from_eigen.cpp"
}    // namespace with_eigen
#ifdef CONTRASTIVE_TEST_WITH_XTENSOR
namespace with_xtensor {
#include "../examples/from_xtensor.cpp"
}    // namespace with_xtensor
#endif
#undef main

namespace {

namespace ct = contrastive;
using with_eigen::sample, with_eigen::simclr;

std::vector<std::uint8_t> clothes(std::size_t count) {
  const ct::fashion_mnist data{CONTRASTIVE_DATA_DIR};
  std::vector<std::uint8_t> pixels;
  for (std::size_t i = 0; i < count; ++i)
    pixels.insert(pixels.end(), data.train().image_at(i), data.train().image_at(i) + sample::size);
  return pixels;
}

ct::matrix plain_embeddings(const std::vector<std::uint8_t>& pixels) {
  simclr model{{.seed = 1}};
  const ct::memory_images<sample> data{pixels};
  const auto result = model.fit(data, {.epochs = 2, .batch = 64});
  REQUIRE(result.loss < result.chance_level);
  return model.embed(data);
}

std::size_t numbers_with_other_bits(const ct::matrix& plain, const auto& found) {
  std::size_t others = 0;
  for (std::size_t i = 0; i < plain.rows(); ++i)
    for (std::size_t j = 0; j < plain.columns(); ++j)
      others += std::bit_cast<std::uint32_t>(plain(i, j)) != std::bit_cast<std::uint32_t>(found(i, j));
  return others;
}

}    // namespace

TEST_CASE("from_eigen's embeddings are those of the plain path, in every bit") {
  const auto pixels = clothes(192);
  const auto plain = plain_embeddings(pixels);
  const with_eigen::image_rows images = Eigen::Map<const with_eigen::image_rows>(pixels.data(), 192, 28 * 28);
  const auto found = with_eigen::embeddings_of(images);
  REQUIRE((found.rows() == 192 && found.cols() == 32 && plain.rows() == 192 && plain.columns() == 32));
  const auto at = [&](std::size_t i, std::size_t j) { return found(Eigen::Index(i), Eigen::Index(j)); };
  CHECK(numbers_with_other_bits(plain, at) == 0);
  CHECK(numbers_with_other_bits(plain, [&](std::size_t i, std::size_t j) { return at(191 - i, j); }) > 0);
}

#ifdef CONTRASTIVE_TEST_WITH_XTENSOR
TEST_CASE("from_xtensor's embeddings are those of the plain path, in every bit") {
  static_assert(std::is_same_v<simclr, with_xtensor::simclr>);
  const auto pixels = clothes(192);
  xt::xtensor<std::uint8_t, 4> images = xt::zeros<std::uint8_t>({192, 28, 28, 1});
  std::copy(pixels.begin(), pixels.end(), images.begin());
  const xt::xtensor<float, 2> found = with_xtensor::embeddings_of(images);
  REQUIRE((found.shape(0) == 192 && found.shape(1) == 32));
  CHECK(numbers_with_other_bits(plain_embeddings(pixels), found) == 0);
}
#endif

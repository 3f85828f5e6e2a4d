// SPDX-License-Identifier: MIT
// Frozen encoders: what is read off them, and that they stay what they were.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/view_pixels.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/evaluate/classify.hpp>
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

using namespace contrastive;

namespace {

template <int Height, int Width, int Channels>
tensor<device, image<Height, Width, Channels>> maps_at(device& d, auto& memory, const std::vector<double>& values) {
  auto& t = part<0>(memory.value);
  std::vector<device::element> host(values.begin(), values.end());
  d.upload(t.data, host.data(), host.size());
  return t;
}

/// The mean of channel c over rows [i, to_i) and columns [j, to_j).
double mean_of(const std::vector<double>& x, int width, int channels, int i, int to_i, int j, int to_j, int c) {
  double sum = 0;
  for (int a = i; a < to_i; ++a)
    for (int b = j; b < to_j; ++b) sum += x[std::size_t((a * width + b) * channels + c)];
  return sum / ((to_i - i) * (to_j - j));
}

using small = pipeline<device, image<16, 16, 1>, views<normalize>, small_convnet<4>, mlp<8, 8>, nt_xent>;

}    // namespace

TEST_CASE("joined maps are PyTorch's adaptive 2 × 2 means of the last maps, then the means of the maps before") {
  device& d = shared_device();
  constexpr int height = 5, width = 4, channels = 3, rows = 2;
  memory<device, pack<tensor<device, image<height, width, channels>>>> last_memory(d, rows);
  memory<device, pack<tensor<device, image<9, 8, 2>>>> earlier_memory(d, rows);
  memory<device, pack<tensor<device, features<4 * channels + 2>>>> out(d, rows);
  const auto x = golden_numbers("last", rows * height * width * channels),
             z = golden_numbers("earlier", rows * 9 * 8 * 2);
  auto last = maps_at<height, width, channels>(d, last_memory, x);
  auto earlier = maps_at<9, 8, 2>(d, earlier_memory, z);
  context<device, inference> ctx{d};
  auto& y = part<0>(out.value);
  launch<detail::joined_maps>(ctx, operand_of(y).grid(), {height, width, channels, 9, 8}, y, last, earlier);
  std::vector<device::element> found(rows * 14);
  d.download(found.data(), y.data, found.size());

  std::vector<double> expected;
  const int from_i[]{0, 2}, to_i[]{3, 5}, from_j[]{0, 2}, to_j[]{2, 4};    // ⌊i·5/2⌋ … ⌈(i+1)·5/2⌉
  for (int n = 0; n < rows; ++n) {
    const std::vector<double> one(x.begin() + n * 60, x.begin() + (n + 1) * 60),
        two(z.begin() + n * 144, z.begin() + (n + 1) * 144);
    for (int cell = 0; cell < 4; ++cell)
      for (int c = 0; c < channels; ++c)
        expected.push_back(
            mean_of(one, width, channels, from_i[cell / 2], to_i[cell / 2], from_j[cell % 2], to_j[cell % 2], c));
    for (int c = 0; c < 2; ++c) expected.push_back(mean_of(two, 8, 2, 0, 9, 0, 8, c));
  }
  CHECK(relative_rms(found, expected) < tolerance::sums);
}

TEST_CASE("the 2 × 2 cells of an encoder's even last maps have the last layer as their mean") {
  std::vector<std::uint8_t> pixels(5 * 256);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * 7919 % 251);
  const memory_images<image<16, 16, 1>> data{pixels};
  const small model{{.seed = 3}, shared_device()};
  const matrix maps = model.freeze(last_maps{}).embed(data, 3), last = model.freeze().embed(data);
  REQUIRE(maps.columns() == 4 * 16 + 8);
  CHECK(last == model.embed(data));
  std::vector<double> mean, pooled;
  for (std::size_t r = 0; r < 5; ++r)
    for (std::size_t c = 0; c < 16; ++c) {
      mean.push_back(
          (double(maps(r, c)) + double(maps(r, c + 16)) + double(maps(r, c + 32)) + double(maps(r, c + 48))) / 4);
      pooled.push_back(last(r, c));
    }
  CHECK(relative_rms(mean, pooled) < tolerance::small_network_float);
  CHECK(last(0, 0) != last(1, 0));
}

TEST_CASE("outputs of views are the head's outputs of each image as it was drawn") {
  using flipped = each_view<compose<horizontal_flip, normalize>, compose<normalize>>;
  pipeline<device, image<6, 5, 1>, flipped, sequential<flatten, linear<4>>, mlp<3>, nt_xent> model{
      {.views = {horizontal_flip::config{.probability = 1}, normalize::config{.mean = 0.3, .deviation = 0.4}}},
      shared_device()};
  std::vector<std::uint8_t> pixels(7 * 30), mirrored(7 * 30);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = std::uint8_t(i * 37 % 251);
    mirrored[i / 5 * 5 + 4 - i % 5] = pixels[i];
  }
  const memory_images<image<6, 5, 1>> data{pixels}, mirror{mirrored};
  const auto views = outputs_of_views(model, data, {}, 4);    // 7 images, 4 at a time
  REQUIRE(views.size() == 2);
  CHECK(views[0] == outputs(model, mirror));
  CHECK(views[1] == outputs(model, data));
  CHECK(!(views[0] == views[1]));

  const auto seen = view_pixels<flipped>(model.device(), data, model.configuration().views);
  REQUIRE(seen.size() == 2);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(std::equal(seen[0][i].begin(), seen[0][i].end(), mirror.image_at(i), mirror.image_at(i) + 30));
    CHECK(std::equal(seen[1][i].begin(), seen[1][i].end(), data.image_at(i), data.image_at(i) + 30));
  }
}

namespace {

struct of_long_labels {
  using sample = image<16, 16, 1>;
  std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(256, 7);
  std::size_t size() const { return 2; }
  const std::uint8_t* image_at(std::size_t) const { return pixels.data(); }
  long long label_at(std::size_t) const { return (1LL << 32) + 1; }
  int classes() const { return 2; }
};

}    // namespace

TEST_CASE("labels that no int holds are refused beside features and by classifiers, not cut") {
  const small model{{.seed = 1}, shared_device()};
  CHECK_THROWS_AS(model.freeze().read(of_long_labels{}), data_error);
  CHECK_THROWS_WITH(model.freeze().read(of_long_labels{}),
                    "read: the label of sample 0 is 4294967297; expected a number that fits an int");
  using classifier = pipeline<device, image<16, 16, 1>, n_views<1, normalize>, small_convnet<4>, mlp<2>, cross_entropy>;
  const classifier untrained{{.seed = 1}, shared_device()};
  CHECK_THROWS_WITH(classify(untrained, of_long_labels{}),
                    "classify: the label of sample 0 is 4294967297; expected a number that fits an int");
}

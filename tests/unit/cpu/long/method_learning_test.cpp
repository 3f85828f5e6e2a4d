// SPDX-License-Identifier: MIT
// Methods of several parts learn from real images: neighbors beside those of an encoder that knows nothing, and a decoder beside
// the mean image.
#include "support/learning.hpp"
#include "support/methods.hpp"

using namespace learning_test;

namespace {

/// ½ Σ over the pixels of their variance: what a decoder reaches that knows the mean image alone.
double error_of_the_mean_image() {
  const std::size_t size = 28 * 28, count = images().size();
  std::vector<double> sum(size), squares(size);
  std::vector<std::uint8_t> image(size);
  for (std::size_t i = 0; i < count; ++i) {
    images().read(i, std::span(image));
    for (std::size_t p = 0; p < size; ++p) sum[p] += image[p] / 255., squares[p] += image[p] * image[p] / (255. * 255);
  }
  double all = 0;
  for (std::size_t p = 0; p < size; ++p)
    all += 0.5 * (squares[p] / double(count) - sum[p] * sum[p] / (double(count) * double(count)));
  return all;
}

}    // namespace

TEST_CASE("MoCo lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  using moco = fashion<ct::mlp_bn<128, 64>, ct::moco<2048>>;
  auto s = recipe<moco>(0.12);
  s.method.key_groups = 4;
  const auto [before, after] = learned<moco>(s);
  CHECK(after >= before + 2);
}

TEST_CASE("SimSiam lifts the accuracy of nearest neighbors on images that it has not seen", "[slow][long]") {
  // the paper's projection: batch-norm after its last layer too
  using head = ct::sequential<ct::linear<128, ct::bias::no>, ct::batch_norm, ct::relu, ct::linear<128, ct::bias::no>,
                              ct::batch_norm>;
  using siam = fashion<head, ct::simsiam<ct::mlp_bn<32, 128>>>;
  const auto [before, after] = learned<siam>(recipe<siam>(0.12));
  CHECK(after >= before + 1);    // 73.4 after 71.3 with AVX-512
}

TEST_CASE("a VAE rebuilds images better than the mean image does", "[slow][long]") {
  using decoder = ct::sequential<ct::linear<256>, ct::relu, ct::linear<28 * 28>, ct::unflatten<28, 28, 1>>;
  using vae = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::n_views<1>, ct::small_convnet<16>, ct::linear<2 * 16>,
                           ct::vae<decoder>, ct::adam>;
  vae model{{.seed = 1, .optimizer = {.learning_rate = 1e-3}}};
  const auto result = model.fit(ct::unlabeled(images()), {.epochs = 4, .batch = 128});
  const double mean_image = error_of_the_mean_image();
  UNSCOPED_INFO("reconstruction " << result.figures["reconstruction"] << ", divergence " << result.figures["divergence"]
                                  << ", the mean image " << mean_image);
  CHECK(result.figures["reconstruction"] < 0.7 * mean_image);    // 20.2 of 34.3
}

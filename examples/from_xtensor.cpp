// SPDX-License-Identifier: MIT
// xtensor in and out: trains on a tensor of images and receives their embeddings as a tensor.
// components: cpu xtensor
//
//     $ from_xtensor
//     loss 3.89941, without learning 4.84419
//     512 embeddings of 32 numbers, which begin
//     2.16521 1.07209 0.135842 0.03961 0.00609489
//     2.44554 1.17934 0.134282 0 0
//     3.18002 0.932742 0.276016 0.10325 0.0147269
#include <contrastive/adapt/xtensor.hpp>
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <iostream>

namespace ct = contrastive;

using sample = ct::image<28, 28, 1>;
using simclr = ct::pipeline<ct::cpu, sample, ct::views<ct::random_resized_crop<14, 14>, ct::horizontal_flip>,
                            ct::small_convnet<8>, ct::mlp<32, 16>, ct::nt_xent>;

xt::xtensor<float, 2> embeddings_of(const xt::xtensor<std::uint8_t, 4>& images) {    // (n, 28, 28, 1) to (n, 32)
  const auto data = ct::dataset_from_xtensor<sample>(images);                        // borrows: no pixel is copied
  simclr model{{.seed = 1}};
  const auto result = model.fit(data, {.epochs = 2, .batch = 64});
  std::cout << "loss " << result.loss << ", without learning " << result.chance_level << '\n';
  return ct::as_xtensor(model.embed(data));
}

int main() {
  const ct::fashion_mnist clothes{CONTRASTIVE_DATA_DIR};
  xt::xtensor<std::uint8_t, 4> images = xt::zeros<std::uint8_t>({512, 28, 28, 1});
  for (std::size_t i = 0; i < images.shape(0); ++i)
    std::copy_n(clothes.train().image_at(i), sample::size, &images(i, 0, 0, 0));

  const xt::xtensor<float, 2> embeddings = embeddings_of(images);
  std::cout << embeddings.shape(0) << " embeddings of " << embeddings.shape(1) << " numbers, which begin\n";
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 5; ++j) std::cout << embeddings(i, j) << ' ';
    std::cout << '\n';
  }
  return 0;
}

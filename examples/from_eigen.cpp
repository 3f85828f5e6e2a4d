// SPDX-License-Identifier: MIT
// Eigen in and out: trains on a matrix whose rows are images and receives their embeddings as a matrix.
// components: cpu
//
//     $ from_eigen
//     loss 3.89941, without learning 4.84419
//     512 embeddings of 32 numbers, which begin
//        2.16521    1.07209   0.135842    0.03961 0.00609489
//        2.44554    1.17934   0.134282          0          0
//        3.18002   0.932742   0.276016    0.10325  0.0147269
#include <contrastive/adapt/eigen.hpp>
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <iostream>

namespace ct = contrastive;

using sample = ct::image<28, 28, 1>;
using simclr = ct::pipeline<ct::cpu, sample, ct::views<ct::random_resized_crop<14, 14>, ct::horizontal_flip>,
                            ct::small_convnet<8>, ct::mlp<32, 16>, ct::nt_xent>;
using image_rows = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::MatrixXf embeddings_of(const image_rows& images) {      // (n, 28·28) to (n, 32)
  const auto data = ct::dataset_from_eigen<sample>(images);    // borrows: no pixel is copied
  simclr model{{.seed = 1}};
  const auto result = model.fit(data, {.epochs = 2, .batch = 64});
  std::cout << "loss " << result.loss << ", without learning " << result.chance_level << '\n';
  return ct::as_eigen(model.embed(data));
}

int main() {
  const ct::fashion_mnist clothes{CONTRASTIVE_DATA_DIR};
  image_rows images(512, Eigen::Index(sample::size));
  for (Eigen::Index i = 0; i < images.rows(); ++i)
    std::copy_n(clothes.train().image_at(std::size_t(i)), sample::size, images.row(i).data());

  const Eigen::MatrixXf embeddings = embeddings_of(images);
  std::cout << embeddings.rows() << " embeddings of " << embeddings.cols() << " numbers, which begin\n"
            << embeddings.topLeftCorner(3, 5) << '\n';
  return 0;
}

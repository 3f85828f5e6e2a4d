// SPDX-License-Identifier: MIT
// Pixels are bytes until they are augmented.
// expect: a data set is made of an Eigen matrix of std::uint8_t
// component: cpu
#include <contrastive/adapt/eigen.hpp>

#ifdef CONTRASTIVE_CORRECTED
using pixel = std::uint8_t;
#else
using pixel = float;
#endif

int main() {
  const Eigen::Matrix<pixel, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> pixels(2, 4);
  auto data = contrastive::dataset_from_eigen<contrastive::image<2, 2, 1>>(pixels);
}

// SPDX-License-Identifier: MIT
// Eigen's default is column-major: a row would not lie in one piece.
// expect: a data set is made of a row-major Eigen matrix (Eigen::RowMajor): each of its rows is an image
// component: cpu
#include <contrastive/adapt/eigen.hpp>

#ifdef CONTRASTIVE_CORRECTED
constexpr int order = Eigen::RowMajor;
#else
constexpr int order = Eigen::ColMajor;
#endif

int main() {
  const Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, order> pixels(2, 4);
  auto data = contrastive::dataset_from_eigen<contrastive::image<2, 2, 1>>(pixels);
}

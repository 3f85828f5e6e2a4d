// SPDX-License-Identifier: MIT
// A data set over a matrix that dies with the expression would read freed memory.
// expect: a data set borrows the Eigen matrix that it is made of: give the matrix a name
// component: cpu
#include <contrastive/adapt/eigen.hpp>

using bytes = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

int main() {
#ifdef CONTRASTIVE_CORRECTED
  const bytes pixels(2, 4);
  auto data = contrastive::dataset_from_eigen<contrastive::image<2, 2, 1>>(pixels);
#else
  auto data = contrastive::dataset_from_eigen<contrastive::image<2, 2, 1>>(bytes(2, 4));
#endif
}

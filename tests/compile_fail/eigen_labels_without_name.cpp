// SPDX-License-Identifier: MIT
// A data set over labels that die with the expression would read freed memory.
// expect: a data set borrows the numbers that it is made of: give them a name
// component: cpu
#include <contrastive/adapt/eigen.hpp>

#include <vector>

namespace ct = contrastive;

using bytes = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

int main() {
  const bytes pixels(2, 4);
  const std::vector<int> labels{0, 1};
#ifdef CONTRASTIVE_CORRECTED
  return ct::dataset_from_eigen<ct::image<2, 2, 1>>(pixels, labels, 2).classes();
#else
  return ct::dataset_from_eigen<ct::image<2, 2, 1>>(pixels, std::vector<int>{0, 1}, 2).classes();
#endif
}

// SPDX-License-Identifier: MIT
// A data set over labels that die with the expression would read freed memory.
// expect: a data set borrows the numbers that it is made of: give them a name
#include <contrastive/data/memory.hpp>

#include <vector>

namespace ct = contrastive;

int main() {
  const std::vector<float> values(6);
  const std::vector<int> labels{0, 1};
#ifdef CONTRASTIVE_CORRECTED
  const ct::memory_dataset<ct::table<3>> data{values, labels, 2};
#else
  const ct::memory_dataset<ct::table<3>> data{values, std::vector<int>{0, 1}, 2};
#endif
  return data.classes();
}

// SPDX-License-Identifier: MIT
// A data set over numbers that die with the expression would read freed memory.
// expect: a data set borrows the numbers that it is made of: give them a name
#include <contrastive/data/memory.hpp>

#include <vector>

namespace ct = contrastive;

int main() {
  const std::vector<float> values(6);
#ifdef CONTRASTIVE_CORRECTED
  const ct::memory_samples<ct::table<3>> data{values};
#else
  const ct::memory_samples<ct::table<3>> data{std::vector<float>(6)};
#endif
  return int(data.size());
}

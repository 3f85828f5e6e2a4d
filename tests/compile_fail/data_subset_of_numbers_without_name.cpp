// SPDX-License-Identifier: MIT
// A subset of numbers that die with the expression would read freed memory.
// expect: a data set borrows the numbers that it is made of: give them a name
#include <contrastive/data/labeled_fraction.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/data/subsets.hpp>

namespace ct = contrastive;

int few(const ct::memory_dataset<ct::image<2, 2, 1>>& data) {
#ifdef CONTRASTIVE_CORRECTED
  const auto numbers = ct::labeled_fraction(data, 0.5);
  return int(ct::subset(data, numbers).size());
#else
  return int(ct::subset(data, ct::labeled_fraction(data, 0.5)).size());
#endif
}
int main() {}

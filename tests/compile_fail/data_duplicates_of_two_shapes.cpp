// SPDX-License-Identifier: MIT
// expect: samples of two shapes are never equal, and only images can be nearly so
#include <contrastive/data/duplicates.hpp>
#include <contrastive/data/memory.hpp>

#include <vector>

namespace ct = contrastive;

int main() {
  const std::vector<float> rows(6);
  const ct::memory_samples<ct::table<3>> three{rows};
#ifdef CONTRASTIVE_CORRECTED
  const ct::memory_samples<ct::table<3>> other{rows};
#else
  const ct::memory_samples<ct::table<2>> other{rows};
#endif
  return int(ct::without_duplicates(three, other).size());
}

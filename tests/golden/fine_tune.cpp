// SPDX-License-Identifier: MIT
// Writes fine_tune.txt: the losses of 8 steps of fine-tuning of each kind on the reference backend, in double. From this folder:
//     g++ -std=c++20 -O2 -I ../../include -I .. -DCONTRASTIVE_DATA_DIR='"../../examples/data"' fine_tune.cpp -lz -o fine_tune
//     ./fine_tune > fine_tune.txt
#include <contrastive/backend/reference.hpp>

#include "support/fine_tuning.hpp"

#include <cstdio>

namespace {
template <class Phase>
void write(const char* name) {
  const auto losses = fine_tuning_test::few_losses<fine_tuning_test::tuned<contrastive::reference, Phase>>();
  std::printf("%s 1 %zu\n", name, losses.size());
  for (const double loss : losses) std::printf("%.17g ", loss);
  std::printf("\n");
}
}    // namespace

int main() {
  std::printf("# fine_tune: made by tests/golden/fine_tune.cpp on the reference backend.\n");
  write<contrastive::training>("training");
  write<contrastive::fixed>("fixed");
  write<contrastive::frozen_encoder>("frozen");
}

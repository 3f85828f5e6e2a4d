// SPDX-License-Identifier: MIT
// Writes target_methods.txt: the losses of 8 steps of methods with targets on the reference backend, in double. From this folder:
//     g++ -std=c++20 -O2 -I ../../include -I .. -DCONTRASTIVE_DATA_DIR='"../../examples/data"' target_methods.cpp -lz -o target_methods
//     ./target_methods > target_methods.txt
#include <contrastive/backend/reference.hpp>

#include "support/target_methods.hpp"

#include <cstdio>

namespace {
template <class Pipeline>
void write(const char* name) {
  const auto losses = target_methods_test::few_losses<Pipeline>();
  std::printf("%s 1 %zu\n", name, losses.size());
  for (const double loss : losses) std::printf("%.17g ", loss);
  std::printf("\n");
}
}    // namespace

int main() {
  using namespace target_methods_test;
  std::printf("# target_methods: made by tests/golden/target_methods.cpp on the reference backend.\n");
  write<byol<contrastive::reference>>("byol");
  write<moco_v3<contrastive::reference>>("moco_v3");
  write<nnclr<contrastive::reference>>("nnclr");
  write<fast_siam<contrastive::reference>>("fast_siam");
}

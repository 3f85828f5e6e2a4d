// SPDX-License-Identifier: MIT
// Writes methods.txt: the losses of 8 steps of methods of several parts on the reference backend, in double. From this folder:
//     g++ -std=c++20 -O2 -I ../../include -I .. -DCONTRASTIVE_DATA_DIR='"../../examples/data"' methods.cpp -lz -o methods
//     ./methods > methods.txt
#include <contrastive/backend/reference.hpp>

#include "support/methods.hpp"

#include <cstdio>

namespace {
template <class Pipeline>
void write(const char* name) {
  const auto losses = methods_test::few_losses<Pipeline>();
  std::printf("%s 1 %zu\n", name, losses.size());
  for (const double loss : losses) std::printf("%.17g ", loss);
  std::printf("\n");
}
}    // namespace

int main() {
  std::printf("# methods: made by tests/golden/methods.cpp on the reference backend.\n");
  write<methods_test::moco<contrastive::reference>>("moco");
  write<methods_test::simsiam<contrastive::reference>>("simsiam");
  write<methods_test::vae<contrastive::reference>>("vae");
}

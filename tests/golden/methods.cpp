// SPDX-License-Identifier: MIT
// Writes methods.txt: the losses of 8 steps of methods of several parts on the reference backend, in double. From this folder:
//     g++ -std=c++20 -O2 -I ../../include -I .. -DCONTRASTIVE_DATA_DIR='"../../examples/data"' methods.cpp -lz -o methods
//     ./methods > methods.txt
#include <contrastive/backend/reference.hpp>

#include "support/generative.hpp"
#include "support/methods.hpp"

#include <cstdio>

namespace {
void write(const char* name, const std::vector<double>& losses) {
  std::printf("%s 1 %zu\n", name, losses.size());
  for (const double loss : losses) std::printf("%.17g ", loss);
  std::printf("\n");
}
}    // namespace

int main() {
  std::printf("# methods: made by tests/golden/methods.cpp on the reference backend.\n");
  write("moco", methods_test::few_losses<methods_test::moco<contrastive::reference>>());
  write("simsiam", methods_test::few_losses<methods_test::simsiam<contrastive::reference>>());
  write("vae", methods_test::few_losses<methods_test::vae<contrastive::reference>>());
  write("aavae", generative_test::few_losses<generative_test::aavae<contrastive::reference>>());
  write("gan", generative_test::few_losses<generative_test::gan<contrastive::reference>>());
  write("bigbigan", generative_test::few_losses<generative_test::bigbigan<contrastive::reference>>());
}

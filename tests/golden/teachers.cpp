// SPDX-License-Identifier: MIT
// Writes teachers.txt: the losses of 8 steps of SwAV and DINO on the reference backend, in double. From this folder:
//     g++ -std=c++20 -O2 -I ../../include -I .. -DCONTRASTIVE_DATA_DIR='"../../examples/data"' teachers.cpp -lz -o teachers
//     ./teachers > teachers.txt
#include <contrastive/backend/reference.hpp>

#include "support/teachers.hpp"

#include <cstdio>

namespace {
template <class Pipeline>
void write(const char* name) {
  const auto losses = teachers_test::few_losses<Pipeline>();
  std::printf("%s 1 %zu\n", name, losses.size());
  for (const double loss : losses) std::printf("%.17g ", loss);
  std::printf("\n");
}
}    // namespace

int main() {
  std::printf("# teachers: made by tests/golden/teachers.cpp on the reference backend.\n");
  write<teachers_test::swav<contrastive::reference>>("swav");
  write<teachers_test::dino<contrastive::reference>>("dino");
  write<teachers_test::swav_of_crops<contrastive::reference>>("swav_of_crops");
  write<teachers_test::dino_of_crops<contrastive::reference>>("dino_of_crops");
}

// SPDX-License-Identifier: MIT
// Writes trajectory.txt: the losses of 50 SimCLR steps on the reference backend, in double. From this folder:
//     g++ -std=c++20 -O2 -I ../../include -I .. -DCONTRASTIVE_DATA_DIR='"../../examples/data"' trajectory.cpp -lz -o trajectory
//     ./trajectory > trajectory.txt
#include <contrastive/backend/reference.hpp>

#include "support/training.hpp"

#include <cstdio>

int main() {
  using namespace training_test;
  std::vector<double> losses;
  small_pipeline<ct::reference> model{{.seed = 1, .optimizer = {.learning_rate = 0.01, .momentum = 0}}};
  (void)model.fit(ct::unlabeled(ct::first(images(), 160)), {.epochs = 10, .batch = 32}, recorder{losses});
  std::printf("# trajectory: made by tests/golden/trajectory.cpp on the reference backend.\n");
  std::printf("losses 1 %zu\n", losses.size());
  for (const double loss : losses) std::printf("%.17g ", loss);
  std::printf("\n");
}

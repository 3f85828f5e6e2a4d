// SPDX-License-Identifier: MIT
// Sums over the places of a word have one order, whoever adds them.
#include <contrastive/cpu.hpp>
#include <contrastive/nn/embedding.hpp>
#include <contrastive/testing/trial.hpp>

#include "support/catch.hpp"

namespace ct = contrastive;

TEST_CASE("an embedding's gradient has the same bits for every number of threads") {
  using layer = ct::embedding<5>;
  using sentence = ct::tokens<13, 7>;
  constexpr int rows = 23;
  std::vector<ct::testing::named_numbers> found;
  for (const int threads : {1, 2, 5}) {
    ct::cpu device{{.threads = threads}};
    ct::testing::trial<ct::cpu, layer, sentence> t(device, rows);
    t.forward(t.random_input(rows, 3));
    t.backward(ct::testing::normal_numbers(sentence::size * rows * 5, 4));
    found.push_back(t.gradients());
  }
  CHECK(found[1] == found[0]);
  CHECK(found[2] == found[0]);
}

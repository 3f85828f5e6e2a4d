// SPDX-License-Identifier: MIT
// What only the CPU promises of tokens: the same bits whatever the threads, no allocation in a step.
#include <contrastive/cpu.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/embedding.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/testing/trial.hpp>
#include <contrastive/train/pipeline.hpp>

#include <span>
#include <vector>

#include "support/allocations.hpp"
#include "support/catch.hpp"

namespace ct = contrastive;

namespace {

using sentence = ct::tokens<13, 7>;

/// A data set that several threads read.
struct made_up {
  using sample = sentence;
  std::size_t size() const { return 256; }
  void read(std::size_t i, std::span<std::int32_t> to) const {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = std::int32_t((i * 31 + k * (i + 5)) % 7);
  }
};

struct allocation_watch {
  std::vector<long>& counts;
  ct::control on_step(const ct::step_info&) {
    counts.push_back(allocations.load());
    return ct::control::go_on;
  }
};

}    // namespace

TEST_CASE("an embedding's gradient has the same bits for every number of threads") {
  constexpr int rows = 23;
  std::vector<ct::testing::named_numbers> found;
  for (const int threads : {1, 2, 5}) {
    ct::cpu device{{.threads = threads}};
    ct::testing::trial<ct::cpu, ct::embedding<5>, sentence> t(device, rows);
    t.forward(t.random_input(rows, 3));
    t.backward(ct::testing::normal_numbers(sentence::size * rows * 5, 4));
    found.push_back(t.gradients());
  }
  CHECK(found[1] == found[0]);
  CHECK(found[2] == found[0]);
}

TEST_CASE("after the first step a step on tokens that several threads read allocates nothing") {
  using encoder = ct::sequential<ct::embedding<8>, ct::global_average_pool>;
  ct::pipeline<ct::cpu, sentence, ct::n_views<2>, encoder, ct::mlp<8, 8>, ct::nt_xent> model{{.seed = 3}};
  std::vector<long> counts;
  counts.reserve(64);
  (void)model.fit(made_up{}, {.epochs = 2, .batch = 32, .reading_threads = 3}, allocation_watch{counts});
  REQUIRE(counts.size() == 16);
  CHECK(counts.back() == counts.front());
}

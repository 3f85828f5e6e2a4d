// SPDX-License-Identifier: MIT
// Embeddings: rows of a table, and the sums that go back to them.
#include <contrastive/nn/embedding.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/testing/layer_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::numbers;

namespace {

constexpr int words = 5, length = 4, channels = 3, rows = 3;
using sentence = ct::tokens<length, words>;
using trial = ct::testing::trial<device, ct::embedding<channels>, sentence>;
// word 1 stands nowhere, word 4 in every row and twice in the last
const numbers text{0, 2, 4, 3, 4, 0, 0, 2, 3, 4, 4, 2};

/// Multiples of 1/16: their sums are exact in float, in any order.
numbers sixteenths(std::size_t count, std::uint64_t seed) {
  auto x = ct::testing::normal_numbers(count, seed);
  for (double& v : x) v = std::round(16 * v) / 16;
  return x;
}

static_assert(std::is_same_v<ct::embedding<3>::output<sentence>, ct::image<1, length, 3>>);
static_assert(ct::Takes<ct::embedding<3>, sentence> && !ct::Takes<ct::embedding<3>, ct::features<4>>);
static_assert(!ct::Takes<ct::flatten, sentence> && !ct::Takes<ct::global_average_pool, sentence>);

}    // namespace

TEST_CASE("embedding obeys the laws of layers, alone and under other layers") {
  const ct::testing::layer_law_options o{.values = tolerance::exact_layer_float,
                                         .gradients = tolerance::layer_gradient_float,
                                         .differences = tolerance::finite_differences};
  const auto obeys = [](const ct::testing::laws& tried) {
    for (const auto& law : tried) {
      INFO(ct::testing::text_of(law));
      CHECK(law.holds());
    }
  };
  obeys(ct::testing::layer_laws<ct::embedding<3>, ct::tokens<7, 11>>(shared_device(), o));
  using net = ct::sequential<ct::embedding<6>, ct::global_average_pool, ct::linear<5>>;
  obeys(ct::testing::layer_laws<net, ct::tokens<9, 4>>(shared_device(), o));
}

TEST_CASE("embedding hands out the rows of its table") {
  trial t(shared_device(), rows);
  const auto table = t.parameters()[0].second;    // (words, channels)
  const auto y = t.forward(text);
  REQUIRE(y.size() == text.size() * channels);
  for (std::size_t i = 0; i < y.size(); ++i)
    CHECK(y[i] == table[std::size_t(text[i / channels]) * channels + i % channels]);
  CHECK(t.infer(text) == y);
}

TEST_CASE("a word's gradient is the sum over its places, and 0 where it stands nowhere") {
  trial t(shared_device(), rows);
  t.forward(text);
  const auto dy = sixteenths(text.size() * channels, 7);
  t.backward(dy);
  numbers expected(words * channels, 0);
  for (std::size_t i = 0; i < dy.size(); ++i)
    expected[std::size_t(text[i / channels]) * channels + i % channels] += dy[i];
  REQUIRE(t.gradients()[0].first == "weight");
  CHECK(t.gradients()[0].second == expected);
}

TEST_CASE("a table of one word and a batch of one word work") {
  ct::testing::trial<device, ct::embedding<2>, ct::tokens<1, 1>> t(shared_device(), 2);
  const auto table = t.parameters()[0].second;
  CHECK(t.forward({0, 0}) == numbers{table[0], table[1], table[0], table[1]});
  t.backward({1, 2, 0.5, -4});
  CHECK(t.gradients()[0].second == numbers{1.5, -2});
}

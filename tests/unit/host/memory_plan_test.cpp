// SPDX-License-Identifier: MIT
// The memory plan: nothing that lives together overlaps, one plan serves every number of rows, and a planned pass
// computes what separate layers compute.
#include <contrastive/backend/reference.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/testing/trial.hpp>

#include <algorithm>
#include <cstdint>

#include "support/catch.hpp"

namespace ct = contrastive;
using ct::image, ct::reference, ct::sequential;
using ct::testing::normal_numbers, ct::testing::numbers, ct::testing::trial;

// ---- first fit ------------------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t things = 14;
using lifetimes = std::array<ct::detail::lifetime, things>;

lifetimes drawn(std::uint64_t seed) {
  ct::random_stream random{seed, {.what = ct::purpose::test}};
  lifetimes all{};
  for (auto& thing : all) {
    const int first = int(random.below(10));
    thing = {64 * std::size_t(random.below(5)), first, first + int(random.below(4))};
  }
  return all;
}
bool together(const ct::detail::lifetime& a, const ct::detail::lifetime& b) {
  return a.first <= b.last && b.first <= a.last;
}
bool overlap(std::size_t a, std::size_t a_size, std::size_t b, std::size_t b_size) {
  return a_size > 0 && b_size > 0 && a < b + b_size && b < a + a_size;
}
std::size_t most_at_once(const lifetimes& all) {
  std::size_t most = 0;
  for (int time = 0; time < 16; ++time) {
    std::size_t sum = 0;
    for (const auto& thing : all) sum += thing.first <= time && time <= thing.last ? thing.size : 0;
    most = std::max(most, sum);
  }
  return most;
}

}    // namespace

TEST_CASE("first fit lays nothing over what lives at the same time") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto all = drawn(seed);
    const auto plan = ct::detail::first_fit(all);
    for (std::size_t i = 0; i < things; ++i) {
      CHECK(plan.offset[i] + all[i].size <= plan.total);
      for (std::size_t j = 0; j < i; ++j)
        if (together(all[i], all[j])) CHECK(!overlap(plan.offset[i], all[i].size, plan.offset[j], all[j].size));
    }
  }
}

TEST_CASE(
    "first fit needs at least what lives at once, and no more than "
    "everything") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto all = drawn(seed);
    std::size_t sum = 0;
    for (const auto& thing : all) sum += thing.size;
    CHECK(ct::detail::first_fit(all).total >= most_at_once(all));
    CHECK(ct::detail::first_fit(all).total <= sum);
  }
}

TEST_CASE("things that never meet share one place") {
  constexpr auto plan = ct::detail::first_fit(
      std::array<ct::detail::lifetime, 3>{{{64, 0, 0}, {128, 1, 1}, {64, 2, 2}}});
  STATIC_REQUIRE(plan.total == 128);
  STATIC_REQUIRE(plan.offset[0] == 0);
  STATIC_REQUIRE(plan.offset[2] == 0);
}

TEST_CASE("first fit lays nothing over a resident that is still needed, and uses the place of one that is not") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto all = drawn(seed), old = drawn(seed + 1000);
    std::array<ct::detail::resident, things> residents{};
    std::size_t at = 0;
    for (std::size_t k = 0; k < things; at += old[k].size, ++k) residents[k] = {{old[k].size, -1, old[k].last}, at};
    const auto plan = ct::detail::first_fit(all, residents);
    CHECK(plan.total >= at);
    for (std::size_t i = 0; i < things; ++i) {
      CHECK(plan.offset[i] + all[i].size <= plan.total);
      for (const auto& r : residents)
        if (all[i].first <= r.of.last) CHECK(!overlap(plan.offset[i], all[i].size, r.offset, r.of.size));
      for (std::size_t j = 0; j < i; ++j)
        if (together(all[i], all[j])) CHECK(!overlap(plan.offset[i], all[i].size, plan.offset[j], all[j].size));
    }
  }
  constexpr auto plan = ct::detail::first_fit(
      std::array<ct::detail::lifetime, 2>{{{64, 1, 1}, {64, 0, 0}}},
      std::array<ct::detail::resident, 2>{{{{64, -1, 0}, 0}, {{128, -1, 5}, 64}}});
  STATIC_REQUIRE(plan.offset[0] == 0);
  STATIC_REQUIRE(plan.offset[1] == 192);
  STATIC_REQUIRE(plan.total == 256);
}

// ---- places ---------------------------------------------------------------------------------------------------------

namespace {

using block = ct::basic_block<3, 2, ct::projection<3, 2>>;
using net =
    sequential<ct::conv2d<2, 3>, ct::batch_norm, ct::relu, block, ct::max_pool<2, 1>, ct::flatten, ct::linear<5>>;
using In = image<7, 6, 1>;
using program = ct::training_pass<reference, net, In>::program;

struct range {
  std::uintptr_t begin, end;
  std::size_t element;
};
/// f(range) for every tensor and parameter of a set of memory.
void each_leaf(auto& t, std::vector<range>& found) {
  using T = std::remove_cvref_t<decltype(t)>;
  if constexpr (requires { t.as_operand(); }) {
    const auto v = t.as_operand();
    const auto begin = reinterpret_cast<std::uintptr_t>(v.data);
    found.push_back({begin, begin + v.size() * sizeof(*v.data), sizeof(*v.data)});
  } else if constexpr (ct::detail::NamesMembers<T>) T::members([&](const char*, auto& m) { each_leaf(m, found); }, t);
  else ct::detail::each_field(t, [&](auto& m) { each_leaf(m, found); });
}

}    // namespace

TEST_CASE(
    "a tape's tensors are apart, aligned and inside their memory, for "
    "every number of rows") {
  reference device;
  for (const std::size_t rows : {1u, 2u, 3u, 8u, 17u}) {
    ct::memory<reference, program::tape> tape(device, rows);
    std::vector<range> all;
    each_leaf(tape.value, all);
    std::sort(all.begin(), all.end(), [](const range& a, const range& b) { return a.begin < b.begin; });
    const auto base = reinterpret_cast<std::uintptr_t>(tape.data.data());
    CHECK(all.size() > 12);
    CHECK(all.front().begin >= base);
    CHECK(all.back().end <= base + tape.size.bytes(rows));
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK((all[i].begin - base) % (all[i].end - all[i].begin < 64 * rows ? all[i].element : 64) == 0);
      if (i > 0) CHECK(all[i].begin >= all[i - 1].end);
    }
  }
}

TEST_CASE("memory is a fixed part and a part for each row") {
  constexpr auto training = program::training_memory();
  STATIC_REQUIRE(training.bytes(5) - training.bytes(4) == training.row);
  STATIC_REQUIRE(training.bytes(0) == training.fixed);
}

namespace {
using encoder = ct::resnet18<ct::small_images, 8>;
using trained = ct::program_of<encoder, ct::tensor<reference, image<32, 32, 3>>>;
}    // namespace

TEST_CASE("gradients and scratch lie mostly over the tape of what has gone back") {
  constexpr auto tape = ct::detail::footprint_of<trained::tape, reference>();
  constexpr auto apart = trained::training_memory(),
                 over = trained::training_memory<ct::detail::work_place::over_tape>();
  STATIC_REQUIRE(over.fixed == apart.fixed);
  STATIC_REQUIRE(over.row >= tape.row);
  STATIC_REQUIRE(4 * (over.row - tape.row) < apart.row);
}

TEST_CASE("inference needs about half of what training does, and no tape") {
  using inferred = ct::program_of<encoder, ct::tensor<reference, image<32, 32, 3>>, ct::inference>;
  constexpr auto tape = ct::detail::footprint_of<trained::tape, reference>();
  STATIC_REQUIRE(2 * inferred::inference_memory().row < tape.row + trained::training_memory().row);
}

// ---- passes ---------------------------------------------------------------------------------------------------------

namespace {

/// The reference, whose fresh memory holds what it is told: zeros, or NaN. One type for both: where a compiler contracts
/// products and sums, two types of device may be rounded differently.
struct filled : reference {
  std::byte fill;
  buffer allocate(std::size_t bytes) { return buffer(bytes, fill); }
};

template <class Trial>
auto results(Trial& t, std::uint64_t seed = 3) {
  const int rows = t.rows();
  auto y = t.forward(normal_numbers(In::size * std::size_t(rows), seed));
  auto dx = t.backward(normal_numbers(y.size(), seed, 1));
  auto inferred = t.infer(normal_numbers(In::size * std::size_t(rows), seed, 2));
  return std::tuple{y, dx, inferred, t.gradients(), t.statistics()};
}

}    // namespace

TEST_CASE("no step reads memory that no step wrote") {
  filled clean{{}, std::byte{0}}, dirty{{}, std::byte{0xff}};
  trial<filled, net, In> expected(clean, 4), found(dirty, 4);
  CHECK(results(found) == results(expected));
}

TEST_CASE("a planned pass equals its layers one by one, each in memory of its own") {
  reference device;
  trial<reference, net, In> whole(device, 4);
  trial<reference, ct::conv2d<2, 3>, In> conv(device, 4);
  trial<reference, ct::batch_norm, image<7, 6, 2>> norm(device, 4);
  trial<reference, ct::relu, image<7, 6, 2>> relu(device, 4);
  trial<reference, block, image<7, 6, 2>> blocks(device, 4);
  trial<reference, ct::max_pool<2, 1>, image<4, 3, 3>> pool(device, 4);
  trial<reference, ct::linear<5>, ct::features<18>> linear(device, 4);
  for (const auto& [name, values] : whole.parameters()) {
    if (name[0] == '0') conv.set(name.substr(2), values);
    if (name[0] == '1') norm.set(name.substr(2), values);
    if (name[0] == '3') blocks.set(name.substr(2), values);
    if (name[0] == '6') linear.set(name.substr(2), values);
  }
  const auto x = normal_numbers(In::size * 4, 5), dy = normal_numbers(20, 6);
  const auto pooled = pool.forward(blocks.forward(relu.forward(norm.forward(conv.forward(x)))));
  CHECK(whole.forward(x) == linear.forward(pooled));    // flatten keeps the order
  const auto dx = conv.backward(norm.backward(relu.backward(blocks.backward(pool.backward(linear.backward(dy))))));
  CHECK(whole.backward(dy) == dx);
}

TEST_CASE("nested sequences compute what the flat one does, bit by bit") {
  using nested =
      sequential<sequential<ct::conv2d<2, 3>, sequential<ct::batch_norm>>, sequential<>, sequential<ct::relu, block>,
                 sequential<ct::max_pool<2, 1>, sequential<ct::flatten, ct::linear<5>>>>;
  using nested_program = ct::training_pass<reference, nested, In>::program;
  STATIC_REQUIRE(nested_program::steps == program::steps);
  STATIC_REQUIRE(nested_program::training_memory().row == program::training_memory().row);
  reference device;
  trial<reference, net, In> flat(device, 4);
  // the same parameters under other paths: drawn in the same order
  trial<reference, nested, In> deep(device, 4);
  const auto [y, dx, inferred, gradients, statistics] = results(flat);
  const auto [deep_y, deep_dx, deep_inferred, deep_gradients, deep_statistics] = results(deep);
  CHECK(y == deep_y);
  CHECK(dx == deep_dx);
  CHECK(inferred == deep_inferred);
  for (std::size_t i = 0; i < gradients.size(); ++i) CHECK(gradients[i].second == deep_gradients[i].second);
  for (std::size_t i = 0; i < statistics.size(); ++i) CHECK(statistics[i].second == deep_statistics[i].second);
}

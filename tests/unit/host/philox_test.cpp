// SPDX-License-Identifier: MIT
// Laws of the random numbers.
#include <contrastive/core/philox.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

constexpr std::uint64_t seed = 0x0123456789abcdef;

random_stream numbers(std::uint32_t sample = 0) { return {seed, {.what = purpose::test, .sample = sample}}; }

// Σ (observed − expected)² / expected over `bins` bins, each expected equally often
double chi_square(const std::vector<int>& count) {
  double total = 0, sum = 0;
  for (const int n : count) total += n;
  const double expected = total / double(count.size());
  for (const int n : count) sum += (n - expected) * (n - expected) / expected;
  return sum;
}
// Of a chi-square with d degrees of freedom: mean d, deviation √(2d). Five deviations are passed once in a million.
double acceptable(double degrees) { return degrees + 5 * std::sqrt(2 * degrees); }

// Bits that differ between first numbers of neighboring addresses
double differing_bits(random_address a, random_address b) {
  random_stream x{seed, a}, y{seed, b};
  int differ = 0;
  for (int i = 0; i < 1000; ++i) differ += __builtin_popcount(x.next_u32() ^ y.next_u32());
  return differ / 1000.;
}

}    // namespace

// Known answers of Random123 (kat_vectors, "philox4x32 10"); computed by the compiler, so it is usable there.
static_assert(contrastive::detail::philox4x32({}, {}) ==
              contrastive::detail::philox_block{{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
static_assert(contrastive::detail::philox4x32({{~0u, ~0u, ~0u, ~0u}}, {{~0u, ~0u}}) ==
              contrastive::detail::philox_block{{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
static_assert(contrastive::detail::philox4x32({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
                                              {{0xa4093822, 0x299f31d0}}) ==
              contrastive::detail::philox_block{{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}});
static_assert(random_stream{1, {.what = purpose::test}}.below(1) == 0);

TEST_CASE("philox gives Random123's known answers at run time too") {
  volatile std::uint32_t zero = 0;
  const auto block = contrastive::detail::philox4x32({{zero, zero, zero, zero}}, {{zero, zero}});
  CHECK(block == contrastive::detail::philox_block{{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
}

TEST_CASE("a stream is the blocks 0, 1, 2 … of its address, word by word") {
  auto random = numbers(7);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto expected = contrastive::detail::philox4x32({{block, 0, 7, std::uint32_t(purpose::test) << 28}},
                                                          {{std::uint32_t(seed), std::uint32_t(seed >> 32)}});
    for (std::size_t i = 0; i < 4; ++i) CHECK(random.next_u32() == expected[i]);
  }
}

TEST_CASE("one address gives the same numbers, whatever was drawn elsewhere") {
  auto first = numbers(3), other = numbers(4);
  std::vector<std::uint32_t> before, after;
  for (int i = 0; i < 10; ++i) before.push_back(first.next_u32()), other.next_u32();
  auto again = random_key{seed, 0}.stream(purpose::test, 0, 3);
  for (int i = 0; i < 10; ++i) after.push_back(again.next_u32());
  CHECK(before == after);
}

TEST_CASE("no two of seed, purpose, place, epoch, sample and view share a stream") {
  std::set<std::array<std::uint32_t, 2>> seen;
  int streams = 0;
  const auto add = [&](std::uint64_t s, random_address at) {
    random_stream random{s, at};
    const std::uint32_t first = random.next_u32();
    seen.insert({first, random.next_u32()});
    ++streams;
  };
  add(0, {});
  for (int bit = 0; bit < 64; ++bit) add(std::uint64_t(1) << bit, {});
  for (int bit = 0; bit < 32; ++bit) add(0, {.epoch = 1u << bit}), add(0, {.sample = 1u << bit});
  for (int bit = 0; bit < 16; ++bit) add(0, {.place = 1u << bit});
  for (int bit = 0; bit < 12; ++bit) add(0, {.view = 1u << bit});
  for (auto what : {purpose::shuffle, purpose::augment, purpose::initialize, purpose::dropout, purpose::test})
    add(0, {.what = what});
  CHECK(int(seen.size()) == streams);
}

TEST_CASE("neighboring addresses differ in half of their bits") {
  const random_address here{purpose::augment, 1, 2, 3, 4};
  for (const random_address next : {random_address{purpose::initialize, 1, 2, 3, 4},
                                    {purpose::augment, 2, 2, 3, 4},
                                    {purpose::augment, 1, 3, 3, 4},
                                    {purpose::augment, 1, 2, 4, 4},
                                    {purpose::augment, 1, 2, 3, 5}})
    CHECK(std::abs(differing_bits(here, next) - 16) < 0.45);    // five deviations of √(32 / 4 / 1000)
}

TEST_CASE("uniform numbers are uniform, and independent between neighboring samples") {
  const int bins = 16, draws = 40000;
  std::vector<int> alone(bins), paired(bins * bins);
  for (std::uint32_t i = 0; i < draws; ++i) {
    const double u = numbers(i).uniform(), next = numbers(i + 1).uniform();
    REQUIRE((u >= 0 && u < 1));
    ++alone[std::size_t(u * bins)];
    ++paired[std::size_t(u * bins) * bins + std::size_t(next * bins)];
  }
  CHECK(chi_square(alone) < acceptable(bins - 1));
  CHECK(chi_square(paired) < acceptable(bins * bins - 1));
}

TEST_CASE("a uniform number is its word times 2^-32, and lies between its bounds") {
  auto words = numbers(), units = numbers(), ranged = numbers();
  for (int i = 0; i < 1000; ++i) {
    const double u = units.uniform(), v = ranged.uniform(-2, 3);
    CHECK(u == std::ldexp(double(words.next_u32()), -32));
    CHECK((v >= -2 && v < 3 && v == -2 + 5 * u));
  }
}

TEST_CASE("below(n) is every number under n equally often, without the bias of a remainder") {
  for (const std::uint32_t n : {1u, 2u, 7u, 10u, 100u}) {
    std::vector<int> count(n);
    auto random = numbers(n);
    for (int i = 0; i < 20000; ++i) ++count.at(random.below(n));
    CHECK(chi_square(count) <= acceptable(n - 1));
  }
  // of 3·2³⁰ values a plain product would give multiples of three twice as often as the others
  std::vector<int> rest(3);
  auto random = numbers(1);
  for (int i = 0; i < 30000; ++i) ++rest[random.below(3u << 30) % 3];
  CHECK(chi_square(rest) < acceptable(2));
}

TEST_CASE("normal numbers have mean 0, variance 1 and the normal's fourth moment") {
  auto random = numbers();
  double mean = 0, square = 0, fourth = 0;
  const int draws = 50000;
  for (int i = 0; i < draws; ++i) {
    const double x = random.normal();
    REQUIRE(std::isfinite(x));
    mean += x / draws, square += x * x / draws, fourth += x * x * x * x / draws;
  }
  CHECK(std::abs(mean) < 5 * std::sqrt(1. / draws));
  CHECK(std::abs(square - 1) < 5 * std::sqrt(2. / draws));
  CHECK(std::abs(fourth - 3) < 5 * std::sqrt(96. / draws));
}

TEST_CASE("bernoulli(p) is true for a share p, never for 0, always for 1") {
  auto random = numbers();
  int often = 0, never = 0, always = 0;
  const int draws = 10000;
  for (int i = 0; i < draws; ++i)
    often += random.bernoulli(0.3), never += random.bernoulli(0), always += random.bernoulli(1);
  CHECK(std::abs(often - 0.3 * draws) < 5 * std::sqrt(0.21 * draws));
  CHECK(never == 0);
  CHECK(always == draws);
}

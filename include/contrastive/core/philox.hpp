// SPDX-License-Identifier: MIT
#pragma once
// Philox4x32-10: random numbers by address. The same (seed, purpose, place, epoch, sample, view) always gives the same.
#include <contrastive/core/macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace contrastive {

/// Four words of 32 bits: a counter, or what Philox makes of it.
struct philox_block {
  std::uint32_t word[4]{};
  CONTRASTIVE_FN constexpr std::uint32_t& operator[](std::size_t i) { return word[i]; }
  CONTRASTIVE_FN constexpr std::uint32_t operator[](std::size_t i) const { return word[i]; }
  bool operator==(const philox_block&) const = default;
};
struct philox_key {
  std::uint32_t word[2]{};
};

/// The bijection of Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3"), ten rounds.
CONTRASTIVE_FN constexpr philox_block philox4x32(philox_block counter, philox_key key) {
  philox_block& c = counter;
  std::uint32_t k0 = key.word[0], k1 = key.word[1];
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = 0xD2511F53ull * c[0], q = 0xCD9E8D57ull * c[2];
    c = {{std::uint32_t(q >> 32) ^ c[1] ^ k0, std::uint32_t(q), std::uint32_t(p >> 32) ^ c[3] ^ k1, std::uint32_t(p)}};
    k0 += 0x9E3779B9u;    // the golden ratio
    k1 += 0xBB67AE85u;    // √3 − 1
  }
  return c;
}

/// What a number is drawn for: two purposes never share one. At most 16; new ones are appended, so old runs stay the same.
enum class purpose : std::uint32_t { shuffle, augment, initialize, dropout, draw, test };

/// Where a stream of numbers is found. `place` tells apart several users of one purpose (an augmentation's place in its
/// list, a parameter's place in its network): below 65536. `view` is below 4096.
struct random_address {
  purpose what = purpose::draw;
  std::uint32_t place = 0, epoch = 0, sample = 0, view = 0;
};

/// The numbers at one address, 2³⁴ of them: a value, cheap to make, the same on every platform and in any order of use.
///
///     random_stream random{seed, {.what = purpose::augment, .epoch = 3, .sample = 17, .view = 1}};
///     bool flip = random.bernoulli(0.5);
class random_stream {
 public:
  // counter = (block, epoch, sample, purpose:4 place:16 view:12), key = seed
  CONTRASTIVE_FN constexpr random_stream(std::uint64_t seed, random_address at)
      : key_{{std::uint32_t(seed), std::uint32_t(seed >> 32)}},
        counter_{
            {0, at.epoch, at.sample, std::uint32_t(at.what) << 28 | (at.place & 0xffffu) << 12 | (at.view & 0xfffu)}} {}

  CONTRASTIVE_FN constexpr std::uint32_t next_u32() {
    if (used_ == 4) block_ = philox4x32(counter_, key_), ++counter_[0], used_ = 0;
    return block_[used_++];
  }
  /// In [0, 1): one word × 2⁻³², exact in double.
  CONTRASTIVE_FN constexpr double uniform() { return double(next_u32()) * 0x1p-32; }
  /// In [a, b), up to the rounding of a + (b − a)·u in double.
  CONTRASTIVE_FN constexpr double uniform(double a, double b) { return a + (b - a) * uniform(); }
  CONTRASTIVE_FN constexpr bool bernoulli(double p) { return uniform() < p; }

  /// In 0 … n − 1, n > 0, each with the same probability (Lemire 2019: what would bias is drawn again).
  CONTRASTIVE_FN constexpr std::uint32_t below(std::uint32_t n) {
    const std::uint32_t biased = (0u - n) % n;    // 2³² mod n
    std::uint64_t product = std::uint64_t(next_u32()) * n;
    while (std::uint32_t(product) < biased) product = std::uint64_t(next_u32()) * n;
    return std::uint32_t(product >> 32);
  }
  /// Standard normal, from two words (Box & Muller 1958). log and cos are the platform's, in double: its last bit may
  /// differ between C libraries, unlike everything else here.
  CONTRASTIVE_FN double normal() {
    const double u = (double(next_u32()) + 1) * 0x1p-32, angle = 6.283185307179586477 * uniform();    // u in (0, 1]
    return std::sqrt(-2 * std::log(u)) * std::cos(angle);
  }

 private:
  philox_key key_;
  philox_block counter_, block_{};
  std::uint32_t used_ = 4;
};

/// What a pass through a network is told: the seed, and the moment (epoch or step) at which it draws.
struct random_key {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  CONTRASTIVE_FN constexpr random_stream stream(purpose what, std::uint32_t place, std::uint32_t sample = 0,
                                                std::uint32_t view = 0) const {
    return {seed, {what, place, epoch, sample, view}};
  }
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// A random number for each value of a sample: made on the device, from a key of the view that is drawn on the host.
#include <contrastive/augment/augmentation.hpp>

namespace contrastive {

// clang-format off
namespace detail {
// Word `word` of philox4x32 (core/philox.hpp) at counter (place in its sample, 0, 0, 0) under the key of sample n,
// whose two words come in halves; its highest 24 bits, which a float holds exactly. High words of products are made of
// halves as well.
CONTRASTIVE_KERNEL(philox_uniform, (int width, int channels, int word),
  (auto u, auto key0, auto key1, auto key2, auto key3),
  unsigned c0 = (unsigned)((h * width + w) * channels + c); unsigned c1 = 0u; unsigned c2 = 0u; unsigned c3 = 0u;
  unsigned k0 = (unsigned)(int)key0(n, 0, 0, 0) | (unsigned)(int)key1(n, 0, 0, 0) << 16;
  unsigned k1 = (unsigned)(int)key2(n, 0, 0, 0) | (unsigned)(int)key3(n, 0, 0, 0) << 16;
  for (int turn = 0; turn < 10; ++turn) {
    unsigned s = (c0 >> 16) * 0x1F53u + ((c0 & 0xFFFFu) * 0x1F53u >> 16);
    unsigned high0 = (c0 >> 16) * 0xD251u + (s >> 16) + (((c0 & 0xFFFFu) * 0xD251u + (s & 0xFFFFu)) >> 16);
    s = (c2 >> 16) * 0x8D57u + ((c2 & 0xFFFFu) * 0x8D57u >> 16);
    unsigned high2 = (c2 >> 16) * 0xCD9Eu + (s >> 16) + (((c2 & 0xFFFFu) * 0xCD9Eu + (s & 0xFFFFu)) >> 16);
    unsigned low0 = c0 * 0xD2511F53u; unsigned low2 = c2 * 0xCD9E8D57u;
    c0 = high2 ^ c1 ^ k0; c1 = low2; c2 = high0 ^ c3 ^ k1; c3 = low0;
    k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
  }
  unsigned drawn = word == 0 ? c0 : word == 1 ? c1 : word == 2 ? c2 : c3;
  u(n, h, w, c) = (real)(int)(drawn >> 8) / (real)16777216;)
}    // namespace detail
// clang-format on

namespace detail {

/// A key of 64 bits in four numbers that a float holds.
using drawn_key = std::array<float, 4>;
inline drawn_key draw_key(random_stream& random) {
  const std::uint32_t a = random.next_u32(), b = random.next_u32();
  return {float(a & 0xffffu), float(a >> 16), float(b & 0xffffu), float(b >> 16)};
}

/// Fills u with numbers of [0, 1), one for each value of each sample: word 0, 1, 2 or 3 of what the key in drawn[0 … 3]
/// gives. (n, h, w, c)
void fill_uniform(auto& ctx, const auto& u, const auto& drawn, int word) {
  using U = shape_of<decltype(u)>;
  launch<philox_uniform>(ctx, operand_of(u).grid(), {U::width, U::channels, word}, u, drawn[0], drawn[1], drawn[2],
                         drawn[3]);
}

/// Standard normal, of two numbers of [0, 1) (Box & Muller 1958). The cosine of 2πv is 2·sin²(πt) − 1 with t = v − 1/2,
/// and the sine's series ends at 6e-8.
auto normal_of(const auto& u, const auto& v) {
  const auto z = 3.14159265358979324 * (v - 0.5);
  const auto q = square(z);
  const auto inner = 1 - q * (1. / 42) * (1 - q * (1. / 72) * (1 - q * (1. / 110)));
  const auto sine = z * (1 - q * (1. / 6) * (1 - q * (1. / 20) * inner));
  return sqrt(-2 * log(1 - u)) * (2 * square(sine) - 1);
}

}    // namespace detail

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Random numbers as an operand that lies nowhere: each is made where it is read, from its address alone.
#include <contrastive/core/context.hpp>
#include <contrastive/core/operand.hpp>

namespace contrastive {

namespace detail {
/// The address of random numbers in [0, 1): element i of row r is word i of the random_stream at (place, step, row r),
/// of which the upper 24 bits are kept, so that float holds it exactly.
struct random_numbers {
  using element = float;
  philox_key key{};
  philox_block first{};          // of the first row
  std::uint32_t row_size = 0;    // elements of a row
  std::size_t at = 0;

  /// What the reader of several numbers keeps: neighbors share a block of four.
  struct last_block {
    std::size_t begins = ~std::size_t(0);
    philox_block words{};
  };

  CONTRASTIVE_FN constexpr explicit operator bool() const { return row_size > 0; }
  CONTRASTIVE_FN constexpr random_numbers operator+(std::size_t n) const { return {key, first, row_size, at + n}; }
  CONTRASTIVE_FN constexpr float operator[](std::ptrdiff_t i) const {
    last_block none;
    return number(i, none);
  }
  CONTRASTIVE_FN constexpr float number(std::ptrdiff_t i, last_block& last) const {
    const std::size_t place = at + std::size_t(i), row = place / row_size, inside = place % row_size;
    if (last.begins != place - inside % 4) {
      philox_block counter = first;
      counter[0] = std::uint32_t(inside / 4);
      counter[2] += std::uint32_t(row);
      last = {place - inside % 4, philox4x32(counter, key)};
    }
    return float(last.words[inside % 4] >> 8) * 0x1p-24f;
  }
};
}    // namespace detail

/// Uniform numbers in [0, 1) of the extents and rows of `like`, for the purpose `what` at the layer that ctx stands at:
/// the same in the forward and the backward pass, on every device, for any number of threads.
///
///     map(ctx, y, where_greater(random_uniform(ctx, x, purpose::dropout), 0.5, 2 * x));    // half of x, twice
template <Operand T>
constexpr auto random_uniform(const auto& ctx, const T& like, purpose what) {
  using V = decltype(operand_of(like));
  const random_address at{.what = what, .place = ctx.key.layer, .epoch = ctx.key.epoch, .sample = ctx.key.row};
  const auto numbers = detail::random_numbers{detail::philox_key_of(ctx.key.seed), detail::first_block(at),
                                              std::uint32_t(V::height * V::width * V::channels)};
  return operand<detail::random_numbers, true, V::height, V::width, V::channels>{numbers, operand_of(like).rows};
}

}    // namespace contrastive

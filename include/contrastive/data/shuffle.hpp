// SPDX-License-Identifier: MIT
#pragma once
// The order of samples in an epoch: a permutation by key.
#include <contrastive/core/philox.hpp>

#include <numeric>
#include <span>
#include <utility>

namespace contrastive {

namespace detail {
/// Fills `order` with 0 … n − 1, shuffled (Fisher & Yates): the same for the same (n, seed, epoch), on every platform.
inline void shuffle_order(std::span<int> order, std::uint64_t seed, std::uint32_t epoch) {
  std::iota(order.begin(), order.end(), 0);
  random_stream random{seed, {.what = purpose::shuffle, .epoch = epoch}};
  for (std::size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[random.below(std::uint32_t(left))]);
}
}    // namespace detail

}    // namespace contrastive

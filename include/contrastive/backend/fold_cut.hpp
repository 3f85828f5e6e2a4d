// SPDX-License-Identifier: MIT
#pragma once
// Where a long fold is cut into segments: by shape alone, so that a sum is the same for any number of threads.
#include <contrastive/core/macros.hpp>

#include <algorithm>
#include <cstddef>

namespace contrastive {

namespace detail {
/// A fold of `segments · length` terms or a few less: every segment is folded on its own, then the segments in order.
struct fold_cut {
  static constexpr std::size_t shortest = 256, most_partials = std::size_t(1) << 16;
  std::size_t segments = 1, length = 0;
};

/// About √folded segments of at least `shortest` terms, and `most_partials` for all outputs together.
constexpr fold_cut cut_fold(std::size_t kept, std::size_t folded) {
  std::size_t root = 1;
  while ((root + 1) * (root + 1) <= folded) root = std::max(root + 1, (root + folded / root) / 2);
  const std::size_t wanted = std::min(
      {root, folded / fold_cut::shortest, fold_cut::most_partials / std::max<std::size_t>(kept, 1)});
  if (wanted < 2) return {1, folded};
  const std::size_t length = (folded + wanted - 1) / wanted;
  return {(folded + length - 1) / length, length};
}
}    // namespace detail

}    // namespace contrastive

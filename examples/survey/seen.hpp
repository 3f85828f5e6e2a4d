// SPDX-License-Identifier: MIT
#pragma once
// What the last maps of a method's encoder look for: images that excite them, and the training images that do so most.
#include "learn.hpp"

#include <contrastive/excite/excite.hpp>

#include <algorithm>
#include <cmath>

namespace survey {

inline constexpr int seen_units = 12;

/// Two rows of pictures, a column for each of the first units. The encoder ends in the mean of each map, so what it
/// makes of an image is what `excite_last_maps` climbs.
inline void add_seen(session& s, const std::string& title, const auto& trained) {
  const auto frozen = trained.freeze();
  const ct::excited seen = ct::excite_last_maps(frozen, seen_units, {.steps = 128, .seed = s.asked.seed});
  const ct::matrix known = frozen.embed(s.train());
  gallery_row painted{title + ": painted"}, strongest{"strongest training images"};
  for (std::size_t u = 0; u < seen.images.rows(); ++u) {
    painted.pictures.push_back(pixels_of(seen.images.row(u)));
    std::size_t best = 0;
    for (std::size_t i = 1; i < known.rows(); ++i)
      if (known(i, u) > known(best, u)) best = i;
    ct::read_sample(s.train(), best, strongest.pictures.emplace_back(sample::size));
  }
  s.found.seen.push_back(std::move(painted));
  s.found.seen.push_back(std::move(strongest));
}

}    // namespace survey

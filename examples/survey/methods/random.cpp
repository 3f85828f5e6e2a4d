// SPDX-License-Identifier: MIT
// The frame: an encoder that has learned nothing.
#include "../learn.hpp"

namespace survey {

bool random(session& s) {
  using untrained = model<ct::nt_xent>;
  row w{.name = "random", .title = "Random encoder", .of = kind::frame};
  for (int k = 0; k < s.asked.seeds && !s.stopped(); ++k) {
    auto settings = recipe<untrained>(0.1);
    settings.seed = s.asked.seed + std::uint64_t(k);
    probe(w, untrained{settings, s.on}, s);
  }
  s.found.rows.push_back(std::move(w));
  return !s.stopped();
}

}    // namespace survey

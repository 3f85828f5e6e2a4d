// SPDX-License-Identifier: MIT
#include "../seen.hpp"

namespace survey {

bool simclr(session& s) {
  using simclr = model<ct::nt_xent>;
  auto settings = recipe<simclr>(0.12);
  settings.loss = {.temperature = 0.2};
  return learn<simclr>(s, {.name = "simclr", .title = "SimCLR"}, settings,
                       [&](const auto& trained) { add_seen(s, "SimCLR", trained); });
}

}    // namespace survey

// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool dclw(session& s) {
  using dclw = model<ct::dclw>;
  auto settings = recipe<dclw>(0.12);
  settings.loss = {.temperature = 0.2};
  return learn<dclw>(s, {.name = "dclw", .title = "DCLW"}, settings);
}

}    // namespace survey

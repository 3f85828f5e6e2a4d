// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool barlow_twins(session& s) {
  using barlow_twins = model<ct::barlow_twins>;
  const auto settings = recipe<barlow_twins>(0.03);
  return learn<barlow_twins>(s, {.name = "barlow_twins", .title = "Barlow Twins"}, settings);
}

}    // namespace survey

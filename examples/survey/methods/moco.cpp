// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool moco(session& s) {
  using moco = model<ct::moco<4096>>;
  auto settings = recipe<moco>(0.06);
  settings.method = {.temperature = 0.2, .momentum = 0.99, .key_groups = 4};
  return learn<moco>(s, {.name = "moco", .title = "MoCo v2"}, settings);
}

}    // namespace survey

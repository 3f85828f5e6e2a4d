// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool vicreg(session& s) {
  using vicreg = model<ct::vicreg>;
  const auto settings = recipe<vicreg>(0.03);
  return learn<vicreg>(s, {.name = "vicreg", .title = "VICReg"}, settings);
}

}    // namespace survey

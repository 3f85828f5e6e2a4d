// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool dcl(session& s) {
  using dcl = model<ct::dcl>;
  auto settings = recipe<dcl>(0.12);
  settings.loss = {.temperature = 0.2};
  return learn<dcl>(s, {.name = "dcl", .title = "DCL"}, settings);
}

}    // namespace survey

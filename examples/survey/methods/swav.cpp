// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool swav(session& s) {
  using swav = model<ct::swav<128>>;
  const auto settings = recipe<swav>(0.06);
  return learn<swav>(s, {.name = "swav", .title = "SwAV"}, settings);
}

}    // namespace survey

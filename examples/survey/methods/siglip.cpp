// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool siglip(session& s) {
  using siglip = model<ct::siglip>;
  const auto settings = recipe<siglip>(0.06);
  return learn<siglip>(s, {.name = "siglip", .title = "SigLIP"}, settings);
}

}    // namespace survey

// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool lejepa(session& s) {
  using lejepa = model<ct::lejepa<>, ct::mlp_bn<256, 32>>;
  const auto settings = recipe<lejepa>(0.06);
  return learn<lejepa>(s, {.name = "lejepa", .title = "LeJEPA"}, settings);
}

}    // namespace survey

// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool sup_con(session& s) {
  using sup_con = model<ct::sup_con>;
  auto settings = recipe<sup_con>(0.12);
  settings.loss.temperature = 0.1;
  return learn<sup_con>(s, {.name = "sup_con", .title = "Supervised contrastive", .of = kind::frame}, settings);
}

}    // namespace survey

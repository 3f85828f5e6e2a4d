// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool byol(session& s) {
  using byol = model<ct::byol<predictor>>;
  auto settings = recipe<byol>(0.06);
  settings.method.momentum = {0.97, 1};
  return learn<byol>(s, {.name = "byol", .title = "BYOL", .collapse_level = 0}, settings);
}

}    // namespace survey

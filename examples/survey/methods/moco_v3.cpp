// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool moco_v3(session& s) {
  using moco_v3 = model<ct::moco_v3<predictor>>;
  auto settings = recipe<moco_v3>(0.12);
  settings.method.momentum = {0.97, 1};
  return learn<moco_v3>(s, {.name = "moco_v3", .title = "MoCo v3"}, settings);
}

}    // namespace survey

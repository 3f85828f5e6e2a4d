// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool dino(session& s) {
  using head = ct::sequential<ct::linear<256, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<64>>;
  using dino = model<ct::dino<512>, head>;
  auto settings = recipe<dino>(0.06);
  settings.method.momentum = {0.99, 1};
  return learn<dino>(s, {.name = "dino", .title = "DINO"}, settings);
}

}    // namespace survey

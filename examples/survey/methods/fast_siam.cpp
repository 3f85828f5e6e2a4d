// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool fast_siam(session& s) {
  using fast_siam = model<ct::simsiam<predictor>, projector, 4>;
  const auto settings = recipe<fast_siam>(0.06);
  return learn<fast_siam>(s, {.name = "fast_siam", .title = "FastSiam", .collapse_level = -1}, settings);
}

}    // namespace survey

// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool simsiam(session& s) {
  using simsiam = model<ct::simsiam<predictor>>;
  return learn<simsiam>(s, {.name = "simsiam", .title = "SimSiam", .collapse_level = -1}, recipe<simsiam>(0.06));
}

}    // namespace survey

// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool nnclr(session& s) {
  using nnclr = model<ct::nnclr<predictor, 4096>>;
  const auto settings = recipe<nnclr>(0.12);
  return learn<nnclr>(s, {.name = "nnclr", .title = "NNCLR"}, settings);
}

}    // namespace survey

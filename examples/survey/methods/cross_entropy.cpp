// SPDX-License-Identifier: MIT
#include "../learn.hpp"

namespace survey {

bool cross_entropy(session& s) {
  using classifier = model<ct::cross_entropy, ct::linear<int(data_set::names.size())>, 1>;
  return learn<classifier>(s, {.name = "cross_entropy", .title = "Cross-entropy", .of = kind::frame},
                           recipe<classifier>(0.2));
}

}    // namespace survey

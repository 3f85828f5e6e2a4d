// SPDX-License-Identifier: MIT
#include "../generative.hpp"

namespace survey {

bool aavae(session& s) {
  using augmented = ct::n_views<1, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter>;
  using aavae = ct::pipeline<device, sample, augmented, encoder, ct::linear<2 * 32>, ct::aavae<decoder>, ct::adam>;
  const auto pictures_of = [&](const auto& trained) { add_rebuilt(s, "AAVAE", trained); };
  return learn<aavae>(s, {.name = "aavae", .title = "AAVAE", .of = kind::generative}, recipe<aavae>(1e-3), pictures_of);
}

}    // namespace survey

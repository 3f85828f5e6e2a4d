// SPDX-License-Identifier: MIT
#include "../generative.hpp"

namespace survey {

bool aavae(session& s) {
  using augmented = ct::n_views<1, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter>;
  using aavae = ct::pipeline<device, sample, augmented, encoder, ct::linear<2 * 32>, ct::aavae<decoder>, ct::adam>;
  aavae::settings settings{.optimizer = {.learning_rate = 1e-3}};
  settings.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}}};
  const auto pictures_of = [&](const auto& trained) { add_rebuilt(s, "AAVAE", trained); };
  return learn<aavae>(s, {.name = "aavae", .title = "AAVAE", .of = kind::generative}, settings, pictures_of);
}

}    // namespace survey

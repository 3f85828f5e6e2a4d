// SPDX-License-Identifier: MIT
#include "../generative.hpp"

namespace survey {

bool vae(session& s) {
  using vae = plain_model<ct::vae<decoder>, ct::linear<2 * 32>>;
  const vae::settings settings{.optimizer = {.learning_rate = 1e-3}};
  const auto pictures_of = [&](const auto& trained) {
    add_test_images(s);
    add_rebuilt(s, "VAE", trained);
    add_samples(s, "VAE", trained);
  };
  return learn<vae>(s, {.name = "vae", .title = "VAE", .of = kind::generative}, settings, pictures_of);
}

}    // namespace survey

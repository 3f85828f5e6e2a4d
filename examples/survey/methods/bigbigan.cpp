// SPDX-License-Identifier: MIT
#include "../generative.hpp"

namespace survey {

namespace {
using image_part = ct::sequential<ct::conv2d<32, 3, 2>, ct::leaky_relu, ct::conv2d<64, 3, 2>, ct::leaky_relu,
                                  ct::flatten, ct::linear<128>>;
}    // namespace

bool bigbigan(session& s) {
  using bigbigan = plain_model<ct::bigbigan<decoder, image_part>, ct::linear<2 * 32>>;
  const bigbigan::settings settings{.optimizer = {.learning_rate = 2e-4, .beta1 = 0.5, .beta2 = 0.999}};
  const auto pictures_of = [&](const auto& trained) {
    add_rebuilt(s, "BigBiGAN", trained);
    add_samples(s, "BigBiGAN", trained);
  };
  return learn<bigbigan>(s, {.name = "bigbigan", .title = "BigBiGAN", .of = kind::generative}, settings, pictures_of);
}

}    // namespace survey

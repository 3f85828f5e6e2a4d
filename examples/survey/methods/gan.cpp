// SPDX-License-Identifier: MIT
#include "../generative.hpp"

namespace survey {

namespace {
template <int Channels, int Stride>
using scored = ct::spectral_norm<ct::conv2d<Channels, 3, Stride, 1, ct::bias::yes>>;
using discriminator = ct::sequential<scored<32, 1>, ct::leaky_relu, scored<64, 2>, ct::leaky_relu, scored<128, 2>,
                                     ct::leaky_relu, ct::global_average_pool>;
}    // namespace

bool gan(session& s) {
  using gan = plain_model<ct::gan<decoder, 64>, ct::sequential<ct::spectral_norm<ct::linear<1>>>, discriminator>;
  const gan::settings settings{.optimizer = {.learning_rate = 2e-4, .beta1 = 0, .beta2 = 0.9}};
  const auto pictures_of = [&](const auto& trained) { add_samples(s, "GAN", trained); };
  return learn<gan>(s, {.name = "gan", .title = "GAN, its discriminator", .of = kind::generative}, settings,
                    pictures_of);
}

}    // namespace survey

// SPDX-License-Identifier: MIT
// SimCLR on stripes, two epochs by the reference backend, which every package has.
#include <contrastive/contrastive.hpp>

#include <cstdint>
#include <iostream>
#include <vector>

namespace ct = contrastive;
using stripe = ct::image<6, 6, 1>;
using simclr = ct::pipeline<ct::reference, stripe, ct::views<ct::horizontal_flip>,
                            ct::sequential<ct::flatten, ct::linear<8>, ct::relu>, ct::mlp<8, 4>, ct::nt_xent>;

int main() {
  std::vector<std::uint8_t> pixels(32 * stripe::size);    // (32, 6, 6, 1)
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t((i + i / stripe::size * i) % 6 * 50);
  simclr model{{.seed = 1}};
  const auto result = model.fit(ct::memory_images<stripe>{pixels}, {.epochs = 2, .batch = 16});
  std::cout << "contrastive " CONTRASTIVE_VERSION_STRING ": loss " << result.loss << '\n';
  return result.loss > 0 && result.loss < 2 * result.chance_level ? 0 : 1;
}

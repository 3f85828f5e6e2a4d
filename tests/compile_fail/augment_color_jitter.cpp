// SPDX-License-Identifier: MIT
// expect: this augmentation mixes red, green and blue: it needs images of three channels; for others take it out of the views, or use intensity_jitter
#include <contrastive/augment/color_jitter.hpp>
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/reference.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using sample = ct::image<28, 28, 3>;
#else
using sample = ct::image<28, 28, 1>;
#endif

int main() {
  ct::reference device;
  ct::view_pass<ct::reference, sample, ct::views<ct::color_jitter>> pass{device, 16};
  ct::memory<ct::reference, ct::tensor<ct::reference, sample, std::uint8_t>> stored{device, 16};
  ct::memory<ct::reference, decltype(pass)::images> out{device, 32};
  pass.evaluate(device, stored.value, out.value);
}

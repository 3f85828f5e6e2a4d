// SPDX-License-Identifier: MIT
// expect: gaussian_blur mirrors an image at its border, so it needs images larger than half its taps
#include <contrastive/augment/gaussian_blur.hpp>
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/reference.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using blur = ct::gaussian_blur<3>;
#else
using blur = ct::gaussian_blur<9>;
#endif
using sample = ct::image<4, 4, 1>;

int main() {
  ct::reference device;
  ct::view_pass<ct::reference, sample, ct::views<blur>> pass{device, 16};
  ct::memory<ct::reference, ct::tensor<ct::reference, sample, std::uint8_t>> stored{device, 16};
  ct::memory<ct::reference, decltype(pass)::images> out{device, 32};
  pass.evaluate(device, stored.value, out.value);
}

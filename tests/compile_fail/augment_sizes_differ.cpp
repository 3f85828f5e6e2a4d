// SPDX-License-Identifier: MIT
// expect: the views of a sample go through one network, so they have one size: give each list a random_resized_crop of the same height and width, or put the smaller ones into multi_crop
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/reference.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using second = ct::random_resized_crop<24>;
#else
using second = ct::horizontal_flip;
#endif
using views = ct::each_view<ct::compose<ct::random_resized_crop<24>>, ct::compose<second>>;

int main() {
  ct::reference device;
  ct::view_pass<ct::reference, ct::image<28, 28, 1>, views> pass{device, 16};
}

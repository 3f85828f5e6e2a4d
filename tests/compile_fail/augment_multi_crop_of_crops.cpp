// SPDX-License-Identifier: MIT
// expect: multi_crop takes two sets of views: multi_crop<views<...>, n_views<4, random_resized_crop<16>, ...>>
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

using large = ct::random_resized_crop<>;
using small_crop = ct::random_resized_crop<14>;
#ifdef CONTRASTIVE_CORRECTED
using views = ct::multi_crop<ct::views<large>, ct::n_views<4, small_crop>>;
#else
using views = ct::multi_crop<large, small_crop>;
#endif

int main() {
  ct::reference device;
  ct::view_pass<ct::reference, ct::image<28, 28, 1>, views> pass{device, 16};
}

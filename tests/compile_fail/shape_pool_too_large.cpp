// SPDX-License-Identifier: MIT
// expect: this pool's kernel is larger than its padded input: use a smaller kernel or larger images
#include <contrastive/models/vgg.hpp>
#include <contrastive/net/network.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using images = ct::image<32, 32, 3>;
#else
using images = ct::image<28, 28, 3>;    // the fifth pool gets one pixel
#endif

constexpr bool fits = ct::Accepts<ct::vgg16<2>, images>;

int main() { return fits ? 0 : 1; }

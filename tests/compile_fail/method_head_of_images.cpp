// SPDX-License-Identifier: MIT
// A head of SwAV or DINO ends in vectors, which are put on the unit sphere.
// expect: l2_normalize takes vectors: put global_average_pool or flatten before it
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/swav.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using head = ct::linear<18>;
#else
using head = ct::sequential<ct::linear<18>, ct::unflatten<3, 3, 2>>;
#endif
using swav = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>, ct::small_convnet<>,
                          head, ct::swav<32>>;

int main() { swav model{{.method = {.temperature = 0.1}}}; }

// SPDX-License-Identifier: MIT
// expect: a view is assigned to one of several outputs: with fewer than two there is nothing to predict
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/swav.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using method = ct::swav<2>;
#else
using method = ct::swav<1>;
#endif
using swav = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>, ct::small_convnet<>,
                          ct::mlp_bn<32, 16>, method>;

int main() { swav model{{.method = {.temperature = 0.1}}}; }

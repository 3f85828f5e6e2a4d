// SPDX-License-Identifier: MIT
// expect: this method lets a view of a sample predict what another view is assigned to: it needs at least two views, n_views<2, ...>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/dino.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using views = ct::n_views<3, ct::horizontal_flip>;
#else
using views = ct::n_views<1, ct::horizontal_flip>;
#endif
using dino =
    ct::pipeline<ct::reference, ct::image<28, 28, 1>, views, ct::small_convnet<>, ct::mlp_bn<32, 16>, ct::dino<64>>;

int main() { dino model{{.method = {.temperature = 0.1}}}; }

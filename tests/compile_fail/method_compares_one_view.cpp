// SPDX-License-Identifier: MIT
// expect: this method compares the views of a sample with one another: it needs 2 of them or more (Found): say n_views<2, ...>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/simsiam.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using views = ct::n_views<4, ct::horizontal_flip>;
#else
using views = ct::n_views<1, ct::horizontal_flip>;
#endif
using siam = ct::pipeline<ct::reference, ct::image<28, 28, 1>, views, ct::small_convnet<>, ct::mlp_bn<128, 64>,
                          ct::simsiam<ct::mlp_bn<16, 64>>>;

int main() { siam model{{.seed = 1}}; }

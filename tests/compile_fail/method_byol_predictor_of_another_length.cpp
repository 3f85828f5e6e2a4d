// SPDX-License-Identifier: MIT
// expect: a predictor answers with a vector as long as the one it reads: its last layer has to have as many outputs as the head
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/byol.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using predictor = ct::mlp_bn<16, 64>;
#else
using predictor = ct::mlp_bn<16, 32>;
#endif
using byol = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>, ct::small_convnet<>,
                          ct::mlp_bn<128, 64>, ct::byol<predictor>>;

int main() { byol model{{.seed = 1}}; }

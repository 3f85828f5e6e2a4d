// SPDX-License-Identifier: MIT
// expect: a decoder makes images of the shape that the encoder reads: this one ends in another (Made, Images)
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using decoder = ct::sequential<ct::linear<28 * 28>, ct::unflatten<28, 28, 1>>;
#else
using decoder = ct::linear<28 * 28>;
#endif
using vae = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::n_views<1>, ct::small_convnet<>, ct::linear<64>,
                         ct::vae<decoder>>;

int main() { vae model{{.seed = 1}}; }

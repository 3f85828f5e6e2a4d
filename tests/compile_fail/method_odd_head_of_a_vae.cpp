// SPDX-License-Identifier: MIT
// expect: the head of a vae answers with a mean and a log variance for each number of the code: give it an even number of outputs
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using head = ct::linear<2 * 16>;
#else
using head = ct::linear<31>;
#endif
using vae = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::n_views<1>, ct::small_convnet<>, head,
                         ct::vae<ct::sequential<ct::linear<28 * 28>, ct::unflatten<28, 28, 1>>>>;

int main() { vae model{{.seed = 1}}; }

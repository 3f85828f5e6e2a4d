// SPDX-License-Identifier: MIT
// expect: the discriminator of a gan gives one score: the head of the pipeline ends in one output
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/gan.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/small_decoder.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using head = ct::linear<1>;
#else
using head = ct::linear<2>;
#endif
using image = ct::image<28, 28, 1>;
using gan =
    ct::pipeline<ct::reference, image, ct::n_views<1>, ct::small_convnet<>, head, ct::gan<ct::small_decoder<image>>>;

int main() { gan model{{.seed = 1}}; }

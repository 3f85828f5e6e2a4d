// SPDX-License-Identifier: MIT
// expect: the head of a bigbigan answers with a mean and a log variance for each number of the code: give it an even number of outputs
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/bigbigan.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/small_decoder.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using head = ct::linear<2 * 8>;
#else
using head = ct::linear<17>;
#endif
using image = ct::image<28, 28, 1>;
using bigbigan = ct::pipeline<ct::reference, image, ct::n_views<1>, ct::small_convnet<>, head,
                              ct::bigbigan<ct::small_decoder<image>, ct::small_convnet<>>>;

int main() { bigbigan model{{.seed = 1}}; }

// SPDX-License-Identifier: MIT
// expect: the views of both sizes go through one set of weights, and this encoder would need others for the local ones: end it in global_average_pool in place of flatten
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using to_vectors = ct::global_average_pool;
#else
using to_vectors = ct::flatten;
#endif
using encoder = ct::sequential<ct::conv2d<8, 3, 2>, ct::relu, to_vectors, ct::linear<16>>;
using views = ct::multi_crop<ct::views<ct::random_resized_crop<>>, ct::n_views<4, ct::random_resized_crop<14>>>;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, views, encoder, ct::mlp<16, 8>, ct::dino<16>>;

int main() { model_type model{{.seed = 1, .method = {.temperature = 0.2}}}; }

// SPDX-License-Identifier: MIT
// expect: a head for classes ends in a vector of two or more logits for each image, as linear<classes> does
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/fine_tune.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using head = ct::linear<2>;
#else
using head = ct::linear<1>;
#endif
using tuned = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::n_views<1, ct::horizontal_flip>,
                           ct::small_convnet<>, head, ct::fine_tune<>>;

int main() { tuned model; }

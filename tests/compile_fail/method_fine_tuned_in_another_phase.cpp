// SPDX-License-Identifier: MIT
// An encoder without a tape that moves its statistics all the same would not be frozen.
// expect: an encoder that is fine-tuned learns (ct::training), learns with still batch-norms (ct::fixed), or is frozen
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/fine_tune.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using phase = ct::frozen_encoder;
#else
using phase = ct::following;
#endif
using tuned = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::n_views<1, ct::horizontal_flip>,
                           ct::small_convnet<>, ct::linear<5>, ct::fine_tune<ct::cross_entropy, phase>>;

int main() { tuned model; }

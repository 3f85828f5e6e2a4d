// SPDX-License-Identifier: MIT
// An augmentation stands where a loss or a method belongs.
// expect: this is neither a loss nor a method: a loss needs a config, needs_labels and anchor(pairs) (contrastive/loss/loss_concepts.hpp), a method a config and on<S> (contrastive/method/method_concepts.hpp)
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using loss = ct::nt_xent;
#else
using loss = ct::horizontal_flip;
#endif
using simclr = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>, ct::small_convnet<>,
                            ct::mlp<128, 64>, loss>;

int main() { simclr model; }

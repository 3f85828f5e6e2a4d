// SPDX-License-Identifier: MIT
// expect: fine-tuning learns classes: give it a loss of logits with learns_classes, such as cross_entropy
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/methods/fine_tune.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using method = ct::fine_tune<ct::cross_entropy>;
#else
using method = ct::fine_tune<ct::sup_con>;
#endif
using tuned = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::n_views<1, ct::horizontal_flip>,
                           ct::small_convnet<>, ct::linear<5>, method>;

int main() { tuned model; }

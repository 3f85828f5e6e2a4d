// SPDX-License-Identifier: MIT
// A loss too may say for how many views of a sample it is made.
// expect: this method is made for another number of views of each sample (Needed, Found): say n_views<Needed, ...>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/barlow_twins.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using views = ct::views<ct::horizontal_flip>;
#else
using views = ct::n_views<3, ct::horizontal_flip>;
#endif
using barlow =
    ct::pipeline<ct::reference, ct::image<28, 28, 1>, views, ct::small_convnet<>, ct::mlp<128, 64>, ct::barlow_twins>;

int main() { barlow model{{.loss = {.lambda = 0.01}}}; }

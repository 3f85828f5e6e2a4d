// SPDX-License-Identifier: MIT
// expect: this method compares views of one size: say views<...> or n_views<...>; dino and swav take multi_crop, and a method of yours that says takes_local_views = true
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

using global = ct::views<ct::random_resized_crop<>>;
#ifdef CONTRASTIVE_CORRECTED
using views = global;
#else
using views = ct::multi_crop<global, ct::n_views<4, ct::random_resized_crop<14>>>;
#endif
using model_type =
    ct::pipeline<ct::reference, ct::image<28, 28, 1>, views, ct::small_convnet<>, ct::mlp<16, 8>, ct::nt_xent>;

int main() { model_type model{{.seed = 1, .loss = {.temperature = 0.2}}}; }

// SPDX-License-Identifier: MIT
// expect: this network has no such layer: name one that stands in it
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>>,
                                ct::mlp_encoder<16, 8>, ct::mlp<8>, ct::nt_xent>;
#ifdef CONTRASTIVE_CORRECTED
using layer = ct::batch_norm;
#else
using layer = ct::leaky_relu;
#endif
int main() {
  model_type::settings settings;
  settings.network.all<layer>([](auto& c) { (void)c; });
}

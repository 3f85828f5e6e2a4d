// SPDX-License-Identifier: MIT
// A device that lacks one verb.
// expect: this is not a device: it needs a name, a default constructor, an element, addresses, buffers, overrides
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

struct mine : ct::reference {
#ifndef CONTRASTIVE_CORRECTED
  void finish() = delete;
#endif
};
using model_type = ct::pipeline<mine, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>, ct::mlp_encoder<32, 16>,
                                ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1, .loss = {.temperature = 0.2}}};
  return model.fit(data.train(), {.epochs = 1}).epochs;
}

// SPDX-License-Identifier: MIT
// A layer that stands alone has no path, by which its weights would be saved.
// expect: the encoder of a pipeline is a sequential, whose layers have paths: write sequential<...> around a layer that stands alone
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using encoder = ct::sequential<ct::flatten>;
#else
using encoder = ct::flatten;
#endif
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>, encoder,
                                ct::linear<8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1, .loss = {.temperature = 0.2}}};
  return model.fit(data.train(), {.epochs = 1}).epochs;
}

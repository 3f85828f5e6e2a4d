// SPDX-License-Identifier: MIT
// expect: this data set has other samples than the pipeline: both name one type, of one shape, as their sample
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
// as many numbers as the sample, but they are no bytes
#ifdef CONTRASTIVE_CORRECTED
using sample = ct::table<12>;
#else
using sample = ct::image<1, 1, 12>;
#endif
using model_type = ct::pipeline<ct::reference, sample, ct::n_views<2>, ct::mlp<8, 8>, ct::mlp<8, 4>, ct::nt_xent>;
int main() {
  const std::vector<float> values(480);
  model_type model{{.seed = 1}};
  return model.fit(ct::memory_samples<ct::table<12>>{values}, {.epochs = 1, .batch = 8}).epochs;
}

// expect: excite<Depth> looks at what stands behind Depth layers of an encoder, counted through its sequences: take one of 1 to Layers (ct::layers_of(encoder) lists them)
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::normalize>, ct::small_convnet<4>,
                                ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const model_type model{{.seed = 1}};
#ifdef CONTRASTIVE_CORRECTED
  const auto seen = ct::excite<19>(model.freeze(), ct::aim::channels::first(2));
#else
  const auto seen = ct::excite<20>(model.freeze(), ct::aim::channels::first(2));
#endif
  return int(seen.images.rows());
}

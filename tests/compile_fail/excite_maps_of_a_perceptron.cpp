// expect: this encoder has no maps of more than one pixel: name a layer of it by excite<Depth> instead
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using encoder = ct::mlp_encoder<16, 8>;
using model_type =
    ct::pipeline<ct::reference, ct::image<1, 1, 16>, ct::views<ct::normalize>, encoder, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const model_type model{{.seed = 1}};
#ifdef CONTRASTIVE_CORRECTED
  return int(ct::excite<2>(model.freeze(), ct::aim::channels::first(2)).images.rows());
#else
  return int(ct::excite_last_maps(model.freeze(), 2).images.rows());
#endif
}

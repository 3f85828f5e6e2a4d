// expect: excite paints images of values in [0, 1]: the encoder must take ct::image samples
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::table<12>, ct::views<ct::gaussian_noise>, ct::mlp_encoder<16, 8>,
                                ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const model_type model{{.seed = 1}};
  return int(ct::excite<2>(model.freeze(), ct::aim::channels::first(2)).images.rows());
}

// expect: this encoder has no two stages of maps of different sizes that could be joined: read its last layer
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>>,
                                ct::mlp_encoder<16, 8>, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1}};
  return int(model.freeze(ct::last_maps{}).embed(data.test()).rows());
}

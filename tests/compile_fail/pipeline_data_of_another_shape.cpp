// expect: this data set has other samples than the pipeline: both name one type, of one shape, as their sample
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<32, 32, 3>, ct::views<ct::random_resized_crop<>>,
                                ct::small_convnet<4>, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1}};
  return model.fit(data.train(), {.epochs = 1}).epochs;
}

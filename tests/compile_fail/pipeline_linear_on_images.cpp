// expect: linear takes vectors: put global_average_pool or flatten before it
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type =
    ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>>,
                 ct::sequential<ct::conv2d<8, 3>, ct::relu, ct::linear<16>>, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1}};
  return model.fit(data.train(), {.epochs = 1}).epochs + int(model.embed(data.test()).rows());
}

// expect: this loss pairs samples by class: the dataset must provide label_at(i) and classes()
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>>,
                                ct::small_convnet<4>, ct::mlp<16, 8>, ct::sup_con>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1}};
  return model.fit(ct::unlabeled(data.train()), {.epochs = 1}).epochs;
}

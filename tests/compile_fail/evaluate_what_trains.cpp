// expect: an encoder that still trains cannot be evaluated: evaluate a frozen copy of it, which model.freeze() makes
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>>,
                                ct::small_convnet<4>, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1}};
  return int(100 * ct::linear_evaluation(model, data.train(), data.test()).accuracy);
}

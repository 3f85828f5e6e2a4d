// expect: this conv2d's kernel is larger than its padded input: use a smaller kernel, more padding or larger images
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::random_resized_crop<>>,
                                ct::small_convnet<4>, ct::sequential<ct::conv2d<8, 7, 1, 0>, ct::flatten>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model{{.seed = 1}};
  return model.fit(data.train(), {.epochs = 1}).epochs;
}

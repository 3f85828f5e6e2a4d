// SPDX-License-Identifier: MIT
// The Thrust backend as a CUDA compiler sees it: a whole training on the GPU, and a network's passes on the other systems;
// compiled and not run.
#include <contrastive/contrastive.hpp>
#include <contrastive/cuda.hpp>
#include <contrastive/thrust_host.hpp>

namespace ct = contrastive;

template <class Device>
void pass() {
  using in = ct::image<8, 8, 1>;
  using net = ct::small_convnet<4>;
  Device device;
  ct::weights<Device, net, in> weights(device);
  ct::memory<Device, ct::tensor<Device, in>> images(device, 4);
  ct::training_pass<Device, net, in> pass(device, 4);
  ct::no_gradient unwanted;
  pass.forward(device, {}, images.value, weights.slots());
  pass.backward(device, {}, images.value, unwanted, weights.slots());
}

template <class Device>
double train() {
  using simclr = ct::pipeline<Device, ct::image<28, 28, 1>,
                              ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter>,
                              ct::small_convnet<4>, ct::mlp_bn<16, 16>, ct::nt_xent>;
  const ct::fashion_mnist data{"data"};
  simclr model{typename simclr::settings{}};
  return model.fit(ct::unlabeled(data.train()), {.epochs = 1, .batch = 16}).loss;
}

int main() {
  pass<ct::thrust_on<ct::cpp_system>>();
  pass<ct::thrust_on<ct::omp_system>>();
  return train<ct::cuda>() > 0;
}

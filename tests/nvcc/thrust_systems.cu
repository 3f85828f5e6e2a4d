// SPDX-License-Identifier: MIT
// The Thrust backend as a CUDA compiler sees it: a small network's passes on both host systems, compiled and not run.
#include <contrastive/core/network.hpp>
#include <contrastive/core/sequential.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/thrust_host.hpp>

namespace ct = contrastive;

template <class System>
void pass() {
  using device_type = ct::thrust_on<System>;
  using in = ct::image<8, 8, 1>;
  using net = ct::small_convnet<4>;
  device_type device;
  ct::weights<device_type, net, in> weights(device);
  ct::memory<device_type, ct::tensor<device_type, in>> images(device, 4);
  ct::training_pass<device_type, net, in> pass(device, 4);
  ct::no_gradient unwanted;
  pass.forward(device, {}, images.value, weights.slots());
  pass.backward(device, {}, images.value, unwanted, weights.slots());
}

int main() {
  pass<ct::cpp_system>();
  pass<ct::omp_system>();
}

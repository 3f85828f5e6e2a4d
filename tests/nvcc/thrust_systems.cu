// SPDX-License-Identifier: MIT
// The Thrust backend as a CUDA compiler sees it: a small network's passes on every system, compiled and not run.
#include <contrastive/core/network.hpp>
#include <contrastive/core/sequential.hpp>
#include <contrastive/cuda.hpp>
#include <contrastive/models/small_convnet.hpp>
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

int main() {
  pass<ct::thrust_on<ct::cpp_system>>();
  pass<ct::thrust_on<ct::omp_system>>();
  pass<ct::cuda>();
}

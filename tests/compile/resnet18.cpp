// SPDX-License-Identifier: MIT
// What a user compiles to train ResNet-18: for measuring compile time.
//     g++ -std=c++20 -O2 -I include -isystem /usr/include/eigen3 -DHEADER='<contrastive/cpu.hpp>' -DDEVICE=cpu -c tests/compile/resnet18.cpp
#include HEADER

#include <contrastive/models/resnet.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/l2_normalize.hpp>

using namespace contrastive;
using net = sequential<resnet18<>, l2_normalize>;
using pass = training_pass<DEVICE, net, image<32, 32, 3>>;
using parameters = weights<DEVICE, net, image<32, 32, 3>>;

pass* make_pass(DEVICE& device, int rows) { return new pass(device, std::size_t(rows)); }
parameters* make_parameters(DEVICE& device) { return new parameters(device); }
void step(pass& p, parameters& w, DEVICE& device, pass::input& x) {
  no_gradient dx;
  p.forward(device, {}, x, w.slots());
  p.backward(device, {}, x, dx, w.slots());
}

// SPDX-License-Identifier: MIT
// The gradients of one SimCLR step with given weights and images: our side of benchmarks/gradients.py.
//
//     g++ -std=c++20 -O2 -DSTEP=resnet18 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/gradients.cpp -lpthread -lz -o gradients
//     ./gradients --weights=FILE --images=FILE --out=FILE [--threads=2] [--winograd=0]
//
// Weights and gradients are safetensors with torchvision's names behind "encoder." and "head.", images floats (n, h, w, c).
#include "burst.hpp"
#include "work.hpp"

#include <fstream>
#include <iterator>

namespace ct = contrastive;

namespace {

using pipeline = work::STEP::pipeline;
using pass = ct::training_pass<ct::cpu, pipeline::network, pipeline::input>;

/// What save_weights and load_weights walk.
struct model {
  ct::cpu& on;
  ct::weights<ct::cpu, pipeline::network, pipeline::input> weights{on};
  ct::cpu& device() const { return on; }
  auto& net() { return weights; }
  const auto& net() const { return weights; }
};

std::vector<float> floats_of(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<float> numbers(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), numbers.size() * sizeof(float), reinterpret_cast<char*>(numbers.data()));
  return numbers;
}

}    // namespace

int main(int argc, char** argv) {
  const burst::options words{argc, argv};
  ct::cpu device{{.threads = int(words.number("threads", 2)), .winograd = words.number("winograd", 1) != 0}};
  model m{device};
  ct::load_weights(m, words.text("weights", ""), {.head = true});
  const auto images = floats_of(words.text("images", ""));
  const std::size_t rows = images.size() / pipeline::input::size;

  ct::memory<ct::cpu, ct::pack<ct::tensor<ct::cpu, pipeline::input>>> inputs(device, rows);
  auto& x = ct::part<0>(inputs.value);    // (n, h, w, c)
  device.upload(x.data, images.data(), images.size());
  pass step(device, rows);
  step.forward(device, {}, x, m.weights.slots());
  ct::loss_pass<ct::cpu, ct::nt_xent, ct::shape_of<pass::output>> loss(device, rows);
  loss(device, {.temperature = 0.5}, step.y(), ct::no_labels{}, 2, step.dy());
  ct::no_gradient unwanted;
  step.backward(device, {}, x, unwanted, m.weights.slots());

  const auto gradients = ct::whole(device, m.weights.gradients);    // saved in the weights' place
  device.copy(ct::whole(device, m.weights.parameters).data, gradients.data, gradients.size());
  ct::save_weights(m, words.text("out", ""), {.head = true});
}

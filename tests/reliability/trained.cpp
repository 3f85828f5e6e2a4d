// SPDX-License-Identifier: MIT
// trained METHOD FOLDER [THREADS [EPOCHS [STOP]]]: a small training that keeps its checkpoints in FOLDER and goes on from
// what is there; prints the hash of all weights. With STOP it ends after that many steps. `trained methods` lists the
// methods; all but the first need CONTRASTIVE_EVERY_METHOD. kills.py ends it at any moment, failing_calls.py lets its
// calls of the system fail.
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

namespace ct = contrastive;

namespace {

using sample = ct::image<8, 8, 1>;
using two_views = ct::views<ct::random_resized_crop<>, ct::intensity_jitter>;
template <class Views, class Head, class Method, class Optimizer = ct::sgd>
using small = ct::pipeline<ct::cpu, sample, Views, ct::small_convnet<4>, Head, Method, Optimizer>;

struct asked {
  const char* folder;
  int threads = 2, epochs = 20, stop = 0;
};

/// Ends the run after `step` steps in all; never for 0.
struct stop_after {
  int step;
  ct::control on_step(const ct::step_info& info) const {
    return info.step + 1 == step ? ct::control::stop : ct::control::go_on;
  }
};

std::uint64_t hash_of(const auto& model) {
  std::uint64_t hash = 1469598103934665603u;    // FNV-1a, 64 bits
  const auto add = [&](const std::string&, ct::role, const std::vector<float>& values) {
    for (const float v : values) {
      std::uint32_t bits;
      std::memcpy(&bits, &v, sizeof bits);
      hash = (hash ^ bits) * 1099511628211u;
    }
  };
  model.each_parameter(add);
  model.each_statistic(add);
  return hash;
}

template <class Model>
std::uint64_t trained(const asked& a) {
  std::vector<std::uint8_t> pixels(256 * 64);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * i / 7 + i / 64 * 11);
  std::vector<int> labels(256);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = int(i * i / 3 % 4);
  ct::cpu device{{.threads = a.threads}};
  typename Model::settings settings{.seed = 1};
  settings.optimizer.learning_rate = 1e-3;
  Model model{settings, device};
  (void)model.fit(ct::memory_dataset<sample>(pixels, labels, 4), {.epochs = a.epochs, .batch = 64},
                  ct::checkpoints{a.folder}, stop_after{a.stop});
  return hash_of(model);
}

const std::map<std::string, std::uint64_t (*)(const asked&)> methods{
    {"simclr", trained<small<two_views, ct::mlp_bn<8, 8>, ct::nt_xent>>},
#ifdef CONTRASTIVE_EVERY_METHOD
    {"sup_con", trained<small<two_views, ct::mlp_bn<8, 8>, ct::sup_con, ct::lars>>},
    {"cross_entropy", trained<small<ct::n_views<1, ct::random_resized_crop<>>, ct::mlp<4>, ct::cross_entropy>>},
    {"moco", trained<small<two_views, ct::mlp_bn<8, 8>, ct::moco<128>>>},
    {"moco_v3", trained<small<two_views, ct::mlp_bn<8, 8>, ct::moco_v3<ct::mlp_bn<4, 8>>>>},
    {"byol", trained<small<two_views, ct::mlp_bn<8, 8>, ct::byol<ct::mlp_bn<4, 8>>>>},
    {"nnclr", trained<small<two_views, ct::mlp_bn<8, 8>, ct::nnclr<ct::mlp_bn<4, 8>, 128>>>},
    {"swav", trained<small<two_views, ct::mlp_bn<8, 8>, ct::swav<8>>>},
    {"dino", trained<small<two_views, ct::mlp_bn<8, 8>, ct::dino<8>>>},
    {"siglip", trained<small<two_views, ct::mlp_bn<8, 8>, ct::siglip>>},
    {"simsiam", trained<small<two_views, ct::mlp_bn<8, 8>, ct::simsiam<ct::mlp_bn<4, 8>>>>},
    {"vae", trained<small<ct::n_views<1, ct::random_resized_crop<>>, ct::linear<8>,
                          ct::vae<ct::sequential<ct::linear<64>, ct::unflatten<8, 8, 1>>>, ct::adam>>},
#endif
};

int list_methods() {
  for (const auto& [name, run] : methods) std::printf("%s\n", name.c_str());
  return 0;
}

}    // namespace

int main(int count, char** words) {
  if (count == 2 && std::strcmp(words[1], "methods") == 0) return list_methods();
  const auto found = methods.find(count > 1 ? words[1] : "");
  if (count < 3 || count > 6 || found == methods.end())
    return std::fputs("usage: trained METHOD FOLDER [THREADS [EPOCHS [STOP]]], or: trained methods\n", stderr), 2;
  asked a{.folder = words[2]};
  if (count > 3) a.threads = std::atoi(words[3]);
  if (count > 4) a.epochs = std::atoi(words[4]);
  if (count > 5) a.stop = std::atoi(words[5]);
  try {
    std::printf("%016llx\n", static_cast<unsigned long long>(found->second(a)));
  } catch (const ct::error& e) {
    std::printf("error: %s\n", e.what());
    return 1;
  }
  return 0;
}

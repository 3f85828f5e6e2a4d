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
using one_view = ct::n_views<1, ct::random_resized_crop<>>;
using head = ct::mlp_bn<8, 8>;
using predictor = ct::mlp_bn<4, 8>;
using decoder = ct::sequential<ct::linear<64>, ct::unflatten<8, 8, 1>, ct::sigmoid_unit>;
using trunk = ct::sequential<ct::spectral_norm<ct::conv2d<4, 3, 2, 1>>, ct::relu, ct::global_average_pool>;
template <class Views, class Head, class Method, class Optimizer = ct::sgd>
using small = ct::pipeline<ct::cpu, sample, Views, ct::small_convnet<4>, Head, Method, Optimizer>;
template <class Head, class Method>
using discriminating = ct::pipeline<ct::cpu, sample, ct::n_views<1>, trunk, Head, Method, ct::adam>;

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
    {"simclr", trained<small<two_views, head, ct::nt_xent>>},
#ifdef CONTRASTIVE_EVERY_METHOD
    {"sup_con", trained<small<two_views, head, ct::sup_con, ct::lars>>},
    {"cross_entropy", trained<small<one_view, ct::mlp<4>, ct::cross_entropy>>},
    {"dcl", trained<small<two_views, head, ct::dcl>>},
    {"dclw", trained<small<two_views, head, ct::dclw>>},
    {"moco", trained<small<two_views, head, ct::moco<128>>>},
    {"moco_v3", trained<small<two_views, head, ct::moco_v3<predictor>>>},
    {"nnclr", trained<small<two_views, head, ct::nnclr<predictor, 128>>>},
    {"byol", trained<small<two_views, head, ct::byol<predictor>>>},
    {"simsiam", trained<small<two_views, head, ct::simsiam<predictor>>>},
    {"fast_siam", trained<small<ct::n_views<3, ct::random_resized_crop<>>, head, ct::simsiam<predictor>>>},
    {"barlow_twins", trained<small<two_views, head, ct::barlow_twins>>},
    {"vicreg", trained<small<two_views, head, ct::vicreg>>},
    {"lejepa", trained<small<two_views, head, ct::lejepa<>>>},
    {"swav", trained<small<two_views, head, ct::swav<8>>>},
    {"dino", trained<small<two_views, head, ct::dino<8>>>},
    {"siglip", trained<small<two_views, head, ct::siglip>>},
    {"t_simcne", trained<small<two_views, ct::mlp<8, 2>, ct::t_simcne>>},
    {"vae", trained<small<one_view, ct::linear<8>, ct::vae<decoder>, ct::adam>>},
    {"aavae", trained<small<one_view, ct::linear<8>, ct::aavae<decoder>, ct::adam>>},
    {"gan", trained<discriminating<ct::spectral_norm<ct::linear<1>>, ct::gan<decoder, 8>>>},
    {"bigbigan", trained<small<one_view, ct::linear<8>, ct::bigbigan<decoder, trunk>, ct::adam>>},
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

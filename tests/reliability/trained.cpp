// SPDX-License-Identifier: MIT
// trained FOLDER: a small training that keeps its checkpoints in FOLDER and goes on from what is there; prints the hash of
// all weights. kills.py ends it at any moment, failing_calls.py lets its calls of the system fail.
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <cstdio>
#include <cstring>

namespace ct = contrastive;

namespace {

using model_type = ct::pipeline<ct::cpu, ct::image<8, 8, 1>, ct::views<ct::random_resized_crop<>, ct::intensity_jitter>,
                                ct::small_convnet<4>, ct::mlp_bn<8, 8>, ct::nt_xent>;

std::uint64_t hash_of(const model_type& model) {
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

}    // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fputs("usage: trained FOLDER\n", stderr), 2;
  std::vector<std::uint8_t> pixels(256 * 64);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * i / 7 + i / 64 * 11);
  try {
    ct::cpu device{{.threads = 2}};
    model_type model{{.seed = 1}, device};
    (void)model.fit(ct::memory_images<ct::image<8, 8, 1>>(pixels), {.epochs = 20, .batch = 64},
                    ct::checkpoints{arguments[1]});
    std::printf("%016llx\n", static_cast<unsigned long long>(hash_of(model)));
  } catch (const ct::error& e) {
    std::printf("error: %s\n", e.what());
    return 1;
  }
  return 0;
}

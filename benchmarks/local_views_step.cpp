// SPDX-License-Identifier: MIT
// What four local views add to a step of SwAV and of DINO, in processor time of all threads; one line of JSON for each.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/local_views_step.cpp -lpthread -o local_views_step
//     ./local_views_step [--rounds=3] [--threads=2]
//     {"key": "swav", "local_views": 4, "cpu_milliseconds": 354.4, "rounds": 3}
//
// The networks and the batch are those of docs/methods/swav.md and dino.md. Rounds of eight steps, the four in turn; the
// least of each.
#include "burst.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <sys/resource.h>
#include <algorithm>
#include <cstdio>
#include <random>

namespace ct = contrastive;

namespace {

constexpr int batch = 128, steps = 8;
using image = ct::image<28, 28, 1>;
using one_size = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
using two_sizes = ct::multi_crop<
    one_size, ct::n_views<4, ct::random_resized_crop<14>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>>;
using dino_head = ct::sequential<ct::linear<128, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<64>>;
template <class Views>
using swav = ct::pipeline<ct::cpu, image, Views, ct::small_convnet<16>, ct::mlp_bn<128, 64>, ct::swav<128>>;
template <class Views>
using dino = ct::pipeline<ct::cpu, image, Views, ct::small_convnet<16>, dino_head, ct::dino<256>>;

double cpu_seconds() {    // of all threads so far
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

template <class Pipeline>
double milliseconds_of_a_step(int threads, const auto& first_batch, const auto& images) {
  ct::cpu device{{.threads = threads}};
  Pipeline model{{.seed = 1}, device};
  (void)model.fit(first_batch, {.epochs = 1, .batch = batch});    // touches new memory
  const double before = cpu_seconds();
  (void)model.fit(images, {.epochs = 1, .batch = batch});
  return (cpu_seconds() - before) / steps * 1e3;
}

void print(const char* key, int local_views, double milliseconds, int rounds) {
  std::printf("{\"key\": \"%s\", \"local_views\": %d, \"cpu_milliseconds\": %.1f, \"rounds\": %d}\n", key, local_views,
              milliseconds, rounds);
}

}    // namespace

int main(int argc, char** argv) {
  const burst::options options{argc, argv};
  const int threads = int(options.number("threads", 2)), rounds = int(options.number("rounds", 3));
  std::vector<std::uint8_t> pixels(std::size_t(image::size) * batch * steps);
  std::mt19937 random(0);
  for (auto& p : pixels) p = std::uint8_t(random() % 256);
  const ct::memory_images<image> images{pixels};
  const auto first_batch = ct::first(images, batch);

  double least[4] = {1e30, 1e30, 1e30, 1e30};
  for (int r = 0; r < rounds; ++r) {
    const auto keep = [&]<class Pipeline>(std::type_identity<Pipeline>, double& kept) {
      kept = std::min(kept, milliseconds_of_a_step<Pipeline>(threads, first_batch, images));
    };
    keep(std::type_identity<swav<one_size>>{}, least[0]);
    keep(std::type_identity<swav<two_sizes>>{}, least[1]);
    keep(std::type_identity<dino<one_size>>{}, least[2]);
    keep(std::type_identity<dino<two_sizes>>{}, least[3]);
  }
  print("swav", 0, least[0], rounds), print("swav", 4, least[1], rounds);
  print("dino", 0, least[2], rounds), print("dino", 4, least[3], rounds);
}

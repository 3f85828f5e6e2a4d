// SPDX-License-Identifier: MIT
// SimCLR's views of color images without blur, views per second, as one line of JSON.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/augment_step.cpp -lpthread -o augment_step
//     ./augment_step [--only augment_32] [--seconds 3] [--threads 1] [--isa portable|avx2|avx512]
//     {"augment_32": 409000.0, "augment_96": 52300.0, "augment_224": 10100.0, "threads": 1, "isa": "avx512", "peak_before": …}
//
// Crop (0.08 … 1 of the area), flip, color jitter (0.4, 0.4, 0.4, 0.1 with probability 0.8), grayscale (0.2), normalization:
// from stored bytes to floats, drawing included. The best of bursts of eight batches counts.
#include "burst.hpp"

#include <contrastive/augment/view_pass.hpp>
#include <contrastive/cpu.hpp>

#include <numeric>

namespace ct = contrastive;

namespace {

struct setting {
  std::string only;
  double seconds = 3;
  int threads = 1;
  burst::isa set = burst::best_isa();
};

setting read_setting(int count, char** arguments) {
  setting s;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--only") s.only = value;
    else if (name == "--seconds") s.seconds = std::stod(value);
    else if (name == "--threads") s.threads = std::stoi(value);
    else if (name == "--isa") s.set = burst::isa_named(value);
  }
  return s;
}

template <int In, int Out>
double views_per_second(ct::cpu& device, double seconds) {
  using sample = ct::image<In, In, 3>;
  using views = ct::views<ct::random_resized_crop<Out>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale,
                          ct::normalize>;
  using pass = ct::view_pass<ct::cpu, sample, views>;
  constexpr std::size_t images = Out == 32 ? 256 : 32;    // a batch: two views of each
  constexpr int batches = 8;                              // of a burst, so that no burst has light work
  const ct::normalize::config imagenet{.mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}};
  pass make(device, images, {imagenet});
  ct::memory<ct::cpu, ct::tensor<ct::cpu, sample, std::uint8_t>> stored(device, images);
  ct::memory<ct::cpu, typename pass::images> out(device, 2 * images);
  ct::random_stream random{1, {}};
  for (std::size_t i = 0; i < images * sample::size; ++i) stored.value.data[i] = std::uint8_t(random.below(256));
  std::vector<int> numbers(images);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::uint32_t epoch = 0;
  const double best = burst::shortest(seconds, [&] {
    for (int i = 0; i < batches; ++i)
      make.make(device, {.seed = 1, .epoch = ++epoch}, numbers, stored.value, out.value);
  });
  return 2 * double(images) * batches / best;
}

}    // namespace

int main(int count, char** arguments) {
  const setting s = read_setting(count, arguments);
  if (s.set > burst::best_isa()) return std::fprintf(stderr, "this CPU has no %s\n", burst::name_of(s.set)), 1;
  ct::cpu device{{.threads = s.threads, .instructions = s.set}};
  const double before = burst::fma_peak(s.threads, s.set);
  std::printf("{");
  const auto measure = [&](const char* key, auto run) {
    if (s.only.empty() || s.only == key) std::printf("\"%s\": %.1f, ", key, run(device, s.seconds));
  };
  measure("augment_32", views_per_second<32, 32>);
  measure("augment_96", views_per_second<96, 96>);
  measure("augment_224", views_per_second<256, 224>);
  std::printf("\"threads\": %d, \"isa\": \"%s\", \"peak_before\": %.1f, \"peak_after\": %.1f}\n", s.threads,
              burst::name_of(s.set), before, burst::fma_peak(s.threads, s.set));
}

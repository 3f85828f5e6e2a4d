// SPDX-License-Identifier: MIT
// Where a whole SimCLR step spends its time, layer by layer; then one line of JSON.
//
//     g++ -std=c++20 -O2 -DSTEP=resnet18 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/step_profile.cpp -lpthread -o step_profile
//     ./step_profile --threads=1 [--views=128] [--steps=5] [--winograd=0]
//     {"key": "simclr_resnet18", "threads": 1, "seconds": 1.83, "step_overhead_percent": 0.4, "isa": "avx512"}
#include "burst.hpp"
#include "work.hpp"

#include <contrastive/train/step_profile.hpp>

#include <iostream>

namespace ct = contrastive;

int main(int argc, char** argv) {
  const burst::options options{argc, argv};
  const int threads = int(options.number("threads", 1)), views = int(options.number("views", work::STEP::views));
  ct::cpu device{{.threads = threads, .winograd = options.number("winograd", 1) != 0}};
  const work::STEP::pipeline model{{.seed = 1}, device};
  const auto found = ct::profile_step(
      model, {.batch = views / 2, .steps = int(options.number("steps", 5)), .peak_gflops = burst::fma_peak(threads)});
  std::cout << found;
  std::printf(
      "{\"key\": \"simclr_%s\", \"threads\": %d, \"seconds\": %.6f, \"step_overhead_percent\": %.3f, \"isa\": "
      "\"%s\"}\n",
      NAME_OF(STEP), threads, found.seconds, found.overhead_percent(), ct::on_cpu::name_of(ct::on_cpu::usable_isa()));
}

// SPDX-License-Identifier: MIT
// A whole SimCLR step through the typed pipeline: forward, loss, backward, optimizer; the shortest of a burst, as JSON.
//
//     g++ -std=c++20 -O2 -DSTEP=resnet18 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/simclr_step.cpp -lpthread -o simclr_step
//     ./simclr_step --threads=2 --seconds=20 [--views=128] [--winograd=0]
//     {"key": "simclr_resnet18", "views": 128, "seconds": 0.53, "peak_before": 236.1, "peak_after": 235.8, "isa": "avx512"}
//
// The step starts from uint8 images: their conversion to normalized floats is counted too.
#include "burst.hpp"
#include "work.hpp"

#include <sys/resource.h>
#include <random>

namespace ct = contrastive;

namespace {

long resident_kilobytes() {    // at most so far
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return use.ru_maxrss;
}

/// The shortest step; stops the run when its time is over.
struct stopwatch {
  double seconds, last = 0, best = 1e30;
  int steps = 0;
  ct::control on_step(const ct::step_info& i) {
    if (++steps > 1) best = std::min(best, i.seconds - last);    // the first step touches new memory
    last = i.seconds;
    return i.seconds < seconds || steps < 3 ? ct::control::go_on : ct::control::stop;
  }
};

}    // namespace

int main(int argc, char** argv) {
  const burst::options options{argc, argv};
  const int threads = int(options.number("threads", 2)), views = int(options.number("views", work::STEP::views));
  std::vector<std::uint8_t> pixels(std::size_t(work::STEP::sample::size) * std::size_t(views / 2));
  std::mt19937 random(0);
  for (auto& p : pixels) p = std::uint8_t(random() % 256);
  const ct::memory_images<work::STEP::sample> images{pixels};

  const double before = burst::fma_peak(threads);
  const long empty = resident_kilobytes();
  ct::cpu device{{.threads = threads, .winograd = options.number("winograd", 1) != 0}};
  work::STEP::pipeline::settings settings{.seed = 1};
  settings.optimizer = {.learning_rate = 0.01, .momentum = 0.9, .weight_decay = 0};
  work::STEP::pipeline model{settings, device};
  stopwatch watch{options.number("seconds", 10)};
  (void)model.fit(images, {.epochs = 100000, .batch = views / 2}, watch);
  std::printf(
      "{\"key\": \"simclr_%s\", \"views\": %d, \"threads\": %d, \"seconds\": %.6f, \"steps\": %d, \"peak_before\": "
      "%.1f, "
      "\"peak_after\": %.1f, \"memory_mb\": %.1f, \"isa\": \"%s\"}\n",
      NAME_OF(STEP), views, threads, watch.best, watch.steps, before, burst::fma_peak(threads),
      double(resident_kilobytes() - empty) / 1024, ct::on_cpu::name_of(ct::on_cpu::usable_isa()));
}

// SPDX-License-Identifier: MIT
#pragma once
// What the Google Benchmark programs share: their clock, and a command line that also takes --threads and --isa.
#include "burst.hpp"

#include <benchmark/benchmark.h>
#include <time.h>

namespace burst {

struct setting {
  int threads = 1;
  isa set = best_isa();
};

/// One thread is timed by its own CPU time, so that other work on the machine does not count; several by the clock.
inline double now_of(int threads) {
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}
/// GF/s of all threads together, by that clock.
inline double fma_peak(workers& pool, isa set) {
  return fma_peak(pool, set, [&] { return now_of(pool.threads()); });
}

/// Runs `call` for every iteration, then says GF/s and the share of the peak, which is measured before and after.
void measure(benchmark::State& state, workers& pool, isa set, double flops, const auto& call) {
  double peak = fma_peak(pool, set), best = 1e9;
  for (auto _ : state) {
    const double start = now_of(pool.threads());
    call();
    const double seconds = now_of(pool.threads()) - start;
    best = std::min(best, seconds);
    state.SetIterationTime(seconds);
  }
  peak = std::max(peak, fma_peak(pool, set));
  state.counters["GF/s"] = flops / best / 1e9;
  state.counters["peak"] = peak;
  state.counters["share"] = flops / best / 1e9 / peak;
}

/// Takes --threads and --isa out of the arguments, lets `add` register for them, and runs. Returns main's result.
int run_benchmarks(int count, char** arguments, const auto& add) {
  setting how;
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument.starts_with("--threads=")) how.threads = std::stoi(std::string(argument.substr(10)));
    else if (argument.starts_with("--isa=")) how.set = isa_named(argument.substr(6));
    else arguments[kept++] = arguments[i];
  }
  if (how.set > best_isa()) return std::fprintf(stderr, "this CPU has no %s\n", name_of(how.set)), 1;
  benchmark::AddCustomContext("isa", name_of(how.set));
  benchmark::AddCustomContext("threads", std::to_string(how.threads));
  add(how);
  benchmark::Initialize(&kept, arguments);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}    // namespace burst

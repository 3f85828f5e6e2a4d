// SPDX-License-Identifier: MIT
// Fork and join: what it costs to share an (almost) empty job among two threads, with three pools.
//
//     g++ -std=c++20 -O2 -fopenmp -Iinclude -isystem /usr/include/eigen3 benchmarks/workers_benchmark.cpp -lbenchmark_main -lbenchmark -lpthread
#include <contrastive/backend/cpu/workers.hpp>

#include <unsupported/Eigen/CXX11/ThreadPool>

#include <benchmark/benchmark.h>
#include <chrono>

namespace {

constexpr int threads = 2;
using contrastive::on_cpu::workers;

void task(int i) {
  for (int k = 0; k < 20; ++k) benchmark::DoNotOptimize(i + k);
}

// What the caller does alone between two jobs; a pool's threads may fall asleep meanwhile.
void alone(std::int64_t microseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
  while (microseconds > 0 && std::chrono::steady_clock::now() < end) {}
}

template <class Run>
void measure(benchmark::State& state, const Run& run) {
  const int tasks = int(state.range(0));
  run(tasks);
  for (auto _ : state) {
    alone(state.range(1));
    const auto start = std::chrono::steady_clock::now();
    run(tasks);
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
}

void own(benchmark::State& state) {
  workers pool{threads};
  measure(state, [&](int tasks) { pool.run(tasks, task); });
}

void eigen(benchmark::State& state) {
  Eigen::ThreadPool pool{threads - 1};
  measure(state, [&](int tasks) {
    std::atomic<int> next{0};
    const auto take = [&] {
      for (int i; (i = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) task(i);
    };
    Eigen::Barrier joined(threads - 1);
    for (int t = 1; t < threads; ++t) pool.Schedule([&] { take(), joined.Notify(); });
    take();
    joined.Wait();
  });
}

#ifdef _OPENMP
void open_mp(benchmark::State& state) {
  measure(state, [&](int tasks) {
#  pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int i = 0; i < tasks; ++i) task(i);
  });
}
BENCHMARK(open_mp)
    ->ArgNames({"tasks", "alone_us"})
    ->ArgsProduct({{2, 64}, {0, 20, 200}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
#endif
BENCHMARK(own)
    ->ArgNames({"tasks", "alone_us"})
    ->ArgsProduct({{2, 64}, {0, 20, 200}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(eigen)
    ->ArgNames({"tasks", "alone_us"})
    ->ArgsProduct({{2, 64}, {0, 20, 200}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}    // namespace

// SPDX-License-Identifier: MIT
// Fork and join: what three pools of two threads add to a job of eight tasks, above the time of half the work.
//
//     g++ -std=c++20 -O2 -fopenmp -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/workers_benchmark.cpp
//     with -lbenchmark_main -lbenchmark -lpthread
//
// `task_us`: length of a task. `alone_us`: what the caller does alone between two jobs; meanwhile threads may fall asleep.
// `median_us` and `best_us` are the job's time less the ideal one, over 500 jobs; the median is what counts on a quiet machine.
#include <contrastive/backend/cpu/kernels/workers.hpp>

#include <unsupported/Eigen/CXX11/ThreadPool>

#include <benchmark/benchmark.h>
#include <algorithm>
#include <chrono>
#include <vector>

namespace {

constexpr int threads = 2, tasks = 8;
using contrastive::on_cpu::workers;
using seconds = std::chrono::duration<double>;

double now() { return seconds(std::chrono::steady_clock::now().time_since_epoch()).count(); }

void busy(double microseconds) {
  for (const double end = now() + microseconds * 1e-6; microseconds > 0 && now() < end;) {}
}

template <class Run>
void measure(benchmark::State& state, const Run& run) {
  const double task = double(state.range(0)), alone = double(state.range(1));
  std::vector<double> times;
  run([](int) {});
  for (auto _ : state) {
    busy(alone);
    const double start = now();
    run([=](int) { busy(task); });
    const double time = now() - start;
    state.SetIterationTime(time);
    times.push_back(time * 1e6 - task * tasks / threads);
  }
  std::sort(times.begin(), times.end());
  state.counters["best_us"] = times.front();
  state.counters["median_us"] = times[times.size() / 2];
}

void own(benchmark::State& state) {
  workers pool{threads};
  measure(state, [&](const auto& task) { pool.run(tasks, task); });
}

void eigen(benchmark::State& state) {
  Eigen::ThreadPool pool{threads - 1};
  measure(state, [&](const auto& task) {
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
  measure(state, [&](const auto& task) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int i = 0; i < tasks; ++i) task(i);
  });
}
#endif

void add(const char* name, void (*pool)(benchmark::State&)) {
  benchmark::RegisterBenchmark(name, pool)
      ->ArgNames({"task_us", "alone_us"})
      ->ArgsProduct({{0, 5, 50}, {0, 20, 500}})
      ->Iterations(500)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

const bool added = [] {
  add("own", own), add("eigen", eigen);
#ifdef _OPENMP
  add("open_mp", open_mp);
#endif
  return true;
}();

}    // namespace

// SPDX-License-Identifier: MIT
// Every pair loss, value and gradient, at 512, 2,048 and 16,384 unit rows of 128 numbers: GF/s and share of the FMA peak.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/loss_benchmark.cpp -lbenchmark -lpthread -o loss_benchmark
//     ./loss_benchmark [--threads=2] [--isa=portable|avx2|avx512] [--benchmark_filter=nt_xent]
//
// GF/s count 4·n²·d operations, also where tiles are kept from the first pass and fewer are done. The peak is measured before
// and after every benchmark, on the same threads and clock.
#include <contrastive/cpu.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>

#include <benchmark/benchmark.h>
#include <time.h>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#define CONTRASTIVE_KERNELS "fma_peak.inl"
#include <contrastive/backend/cpu/for_each_isa.inl>

namespace {

namespace ct = contrastive;
using namespace contrastive::on_cpu;

struct setting {
  int threads = 1;
  isa set = best_isa();
};

// One thread is timed by its own CPU time, so that other work on the machine does not count; several by the clock.
double now(int threads) {
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

// GF/s of all threads together.
double fma_peak(workers& pool, isa set) {
  constexpr long rounds = 200000;
  double best = 0;
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<double> flops(std::size_t(pool.threads()));
    const double start = now(pool.threads());
    pool.run(pool.threads(), [&](int i) {
      flops[std::size_t(i)] = set == isa::avx512 ? avx512_code::multiply_add<16>(rounds)
                              : set == isa::avx2 ? avx2_code::multiply_add<8>(rounds)
                                                 : portable_code::multiply_add<4>(rounds);
    });
    double all = 0;
    for (double f : flops) all += f;
    best = std::max(best, all / (now(pool.threads()) - start) / 1e9);
  }
  return best;
}

template <class L, int D>
void measure(benchmark::State& state, const setting& how, int n, double temperature) {
  using rows = ct::tensor<ct::cpu, ct::features<D>>;
  ct::cpu device{{.threads = how.threads, .instructions = how.set}};
  ct::loss_pass<ct::cpu, L, ct::features<D>> loss(device, std::size_t(n));
  ct::memory<ct::cpu, ct::pack<rows, rows, ct::tensor<ct::cpu, ct::features<1>, std::int32_t>>> ends(device,
                                                                                                     std::size_t(n));
  const typename L::config config{.temperature = temperature};
  auto &z = ct::part<0>(ends.value), &dz = ct::part<1>(ends.value);
  auto& labels = ct::part<2>(ends.value);
  for (int i = 0; i < n; ++i) {
    double square = 0;
    const auto number = [&](int k) { return std::sin(double(i) * 128.7 + double(k) * 12.9898 * double(i % 31 + 1)); };
    for (int k = 0; k < D; ++k) square += number(k) * number(k);
    for (int k = 0; k < D; ++k) z.data[std::size_t(i) * D + std::size_t(k)] = float(number(k) / std::sqrt(square));
    labels.data[i] = i % 10;
  }
  const auto run = [&] {
    if constexpr (L::needs_labels) loss(device, config, z, labels, 1, dz);
    else loss(device, config, z, ct::no_labels{}, 2, dz);
  };
  double peak = fma_peak(device.pool, how.set), best = 1e9;
  if (n < 10000) run();
  for (auto _ : state) {
    const double start = now(how.threads);
    run();
    const double seconds = now(how.threads) - start;
    best = std::min(best, seconds);
    state.SetIterationTime(seconds);
  }
  peak = std::max(peak, fma_peak(device.pool, how.set));
  const double flops = 4. * n * n * D;
  state.counters["GF/s"] = flops / best / 1e9;
  state.counters["peak"] = peak;
  state.counters["share"] = flops / best / 1e9 / peak;
}

template <class L, int D = 128>
void add(const setting& how, const std::string& name, double temperature = 0.5) {
  for (const int n : {512, 2048, 16384})
    benchmark::RegisterBenchmark((name + "/" + std::to_string(n)).c_str(),
                                 [=](benchmark::State& state) { measure<L, D>(state, how, n, temperature); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

// Takes --threads and --isa out of the arguments.
setting read_setting(int& count, char** arguments) {
  setting how;
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument.starts_with("--threads=")) how.threads = std::stoi(std::string(argument.substr(10)));
    else if (argument.starts_with("--isa="))
      how.set = argument.ends_with("avx512") ? isa::avx512 : argument.ends_with("avx2") ? isa::avx2 : isa::portable;
    else arguments[kept++] = arguments[i];
  }
  count = kept;
  return how;
}

}    // namespace

int main(int count, char** arguments) {
  const setting how = read_setting(count, arguments);
  if (how.set > best_isa()) return std::fprintf(stderr, "this CPU has no %s\n", name_of(how.set)), 1;
  benchmark::AddCustomContext("isa", name_of(how.set));
  benchmark::AddCustomContext("threads", std::to_string(how.threads));
  add<ct::nt_xent>(how, "nt_xent");
  add<ct::nt_xent>(how, "nt_xent_maxima", 0.01);    // too small a temperature for one bound on all exponents
  add<ct::sup_con>(how, "sup_con");
  add<ct::sup_con_in>(how, "sup_con_in");
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
}

// SPDX-License-Identifier: MIT
// Every pair loss, value and gradient, at 512, 2,048 and 16,384 unit rows of 128 numbers: GF/s and share of the FMA peak.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/loss_benchmark.cpp -lbenchmark -lpthread -o loss_benchmark
//     ./loss_benchmark [--threads=2] [--isa=portable|avx2|avx512] [--benchmark_filter=nt_xent]
//
// GF/s count 4·n²·d operations, also where tiles are kept from the first pass and fewer are done. The peak is measured before
// and after every benchmark, on the same threads and clock.
#include "benchmark_main.hpp"

#include <contrastive/cpu.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>

#include <cmath>

namespace {

namespace ct = contrastive;
using namespace contrastive::on_cpu;

using burst::setting;

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
  if (n < 10000) run();
  burst::measure(state, device.pool, how.set, 4. * n * n * D, run);
}

template <class L, int D = 128>
void add(const setting& how, const std::string& name, double temperature = 0.5) {
  for (const int n : {512, 2048, 16384})
    benchmark::RegisterBenchmark((name + "/" + std::to_string(n)).c_str(),
                                 [=](benchmark::State& state) { measure<L, D>(state, how, n, temperature); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

}    // namespace

int main(int count, char** arguments) {
  return burst::run_benchmarks(count, arguments, [](const setting& how) {
    add<ct::nt_xent>(how, "nt_xent");
    add<ct::nt_xent>(how, "nt_xent_maxima", 0.01);    // too small a temperature for one bound on all exponents
    add<ct::sup_con>(how, "sup_con");
    add<ct::sup_con_in>(how, "sup_con_in");
  });
}

// SPDX-License-Identifier: MIT
// Every pair loss, value and gradient, at 512, 2,048, 4,096 and 16,384 unit rows of 128 numbers: GF/s and share of the FMA peak.
// Losses of two sets have so many rows in each.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/loss_benchmark.cpp -lbenchmark -lpthread -o loss_benchmark
//     ./loss_benchmark [--threads=2] [--isa=portable|avx2|avx512] [--benchmark_filter=nt_xent]
//
// GF/s count 4·n²·d operations, also where tiles are kept from the first pass and fewer are done. The peak is measured before
// and after every benchmark, on the same threads and clock.
#include "benchmark_main.hpp"

#include <contrastive/cpu.hpp>
#include <contrastive/loss/batch_info_nce.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sigmoid_loss.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/loss/t_simcne.hpp>

#include <cmath>

namespace {

namespace ct = contrastive;
using namespace contrastive::on_cpu;

using burst::setting;

/// Unit rows.
void fill(float* z, int n, int depth) {
  for (int i = 0; i < n; ++i) {
    double square = 0;
    const auto number = [&](int k) { return std::sin(double(i) * 128.7 + double(k) * 12.9898 * double(i % 31 + 1)); };
    for (int k = 0; k < depth; ++k) square += number(k) * number(k);
    for (int k = 0; k < depth; ++k) *z++ = float(number(k) / std::sqrt(square));
  }
}

template <class L, int D>
void measure(benchmark::State& state, const setting& how, int n, double temperature) {
  using rows = ct::tensor<ct::cpu, ct::features<D>>;
  ct::cpu device{{.threads = how.threads, .instructions = how.set}};
  ct::loss_pass<ct::cpu, L, ct::features<D>> loss(device, std::size_t(n));
  ct::memory<ct::cpu, ct::pack<rows, rows, ct::tensor<ct::cpu, ct::features<1>, std::int32_t>>> ends(device,
                                                                                                     std::size_t(n));
  typename L::config config{};
  if constexpr (requires { config.temperature; }) config.temperature = temperature;
  auto &z = ct::part<0>(ends.value), &dz = ct::part<1>(ends.value);
  auto& labels = ct::part<2>(ends.value);
  fill(z.data, n, D);
  for (int i = 0; i < n; ++i) labels.data[i] = i % 10;
  const auto run = [&] {
    if constexpr (L::needs_labels) loss(device, config, z, labels, 1, dz);
    else loss(device, config, z, ct::no_labels{}, 2, dz);
  };
  if (n < 10000) run();
  burst::measure(state, device.pool, how.set, 4. * n * n * D, run);
}

/// Rows beside as many others, with the gradients of both. 6·n²·d operations: no pair is two pairs.
template <class L, int D>
void measure_two_sets(benchmark::State& state, const setting& how, int n) {
  using rows = ct::tensor<ct::cpu, ct::features<D>>;
  using few = ct::chunk<ct::cpu, ct::features<1>, 8>;
  ct::cpu device{{.threads = how.threads, .instructions = how.set}};
  ct::memory<ct::cpu, ct::pack<rows, rows, rows, rows, typename L::template memory<ct::cpu, D>>> ends(device,
                                                                                                      std::size_t(n));
  ct::memory<ct::cpu, ct::pack<few>> numbers(device, 0);
  auto &q = ct::part<0>(ends.value), &k = ct::part<1>(ends.value), &dq = ct::part<2>(ends.value),
       &dk = ct::part<3>(ends.value);
  fill(q.data, n, D), fill(k.data, n, D);
  ct::context<ct::cpu, ct::training> ctx{device};
  float* at = ct::part<0>(numbers.value).data;
  at[4] = 10, at[5] = -10;
  struct figures {
    float* at;
    auto operator[](int i) const { return ct::operand<float*, false, 1, 1, 1>{at + i, 1}; }
  } const figure{at};
  auto& memory = ct::part<4>(ends.value);
  const auto run = [&] {
    if constexpr (std::is_same_v<L, ct::sigmoid_loss>)
      L::evaluate(ctx, memory, figure, figure[4], figure[5], q, k, dq, dk, figure[6], figure[7]);
    else L::evaluate(ctx, memory, figure, 0.2, q, k, dq, dk);
  };
  if (n < 10000) run();
  burst::measure(state, device.pool, how.set, 6. * n * n * D, run);
}

void add(const std::string& name, const auto& measured) {
  for (const int n : {512, 2048, 4096, 16384})
    benchmark::RegisterBenchmark((name + "/" + std::to_string(n)).c_str(),
                                 [=](benchmark::State& state) { measured(state, n); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}
template <class L, int D = 128>
void add_loss(const setting& how, const std::string& name, double temperature = 0.5) {
  add(name, [=](benchmark::State& state, int n) { measure<L, D>(state, how, n, temperature); });
}
template <class L>
void add_two_sets(const setting& how, const std::string& name) {
  add(name, [=](benchmark::State& state, int n) { measure_two_sets<L, 128>(state, how, n); });
}

}    // namespace

int main(int count, char** arguments) {
  return burst::run_benchmarks(count, arguments, [](const setting& how) {
    add_loss<ct::nt_xent>(how, "nt_xent");
    add_loss<ct::nt_xent>(how, "nt_xent_maxima", 0.01);    // too small a temperature for one bound on all exponents
    add_loss<ct::sup_con>(how, "sup_con");
    add_loss<ct::sup_con_in>(how, "sup_con_in");
    add_loss<ct::t_simcne>(how, "t_simcne");
    add_loss<ct::t_simcne, 2>(how, "t_simcne_map");    // two numbers a row
    add_two_sets<ct::batch_info_nce>(how, "batch_info_nce");
    add_two_sets<ct::sigmoid_loss>(how, "sigmoid_loss");
  });
}

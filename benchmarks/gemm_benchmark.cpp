// SPDX-License-Identifier: MIT
// Products of matrices as linear layers ask for them: GF/s and share of the FMA peak.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/gemm_benchmark.cpp -lbenchmark -lpthread -o gemm_benchmark
//     ./gemm_benchmark [--threads=2] [--isa=portable|avx2|avx512] [--benchmark_filter=forward]
//
// 512 rows of n numbers, n results each, and the gradients of both. The portable set's products are Eigen's, under this program's own flags.
#include "benchmark_main.hpp"

#include <contrastive/backend/cpu/device.hpp>

namespace {

using namespace contrastive;
using burst::setting;

struct pass {
  const char* name;
  bool a_transposed, b_transposed;
};
constexpr pass passes[] = {{"forward", false, true}, {"to_the_input", false, false}, {"weights", true, false}};
constexpr int batch = 512;

/// A matrix of rows × columns, stored as its transpose if `transposed`.
matrix_operand<float*> view(std::vector<float>& numbers, int rows, int columns, bool transposed) {
  const matrix_operand<float*> m{numbers.data(), transposed ? columns : rows, transposed ? rows : columns};
  return transposed ? transpose(m) : m;
}

void multiply(benchmark::State& state, const setting& how, const pass& p, int n) {
  on_cpu::verbs device{{.threads = how.threads, .instructions = how.set}};
  const int m = p.a_transposed ? n : batch,
            depth = p.a_transposed ? batch : n;    // weights: n × n numbers from all rows
  std::vector<float> a(std::size_t(m * depth), 0.5f), b(std::size_t(depth * n), 0.25f), c(std::size_t(m * n));
  burst::measure(state, device.pool, how.set, 2. * m * n * depth, [&] {
    device.gemm(view(c, m, n, false), view(a, m, depth, p.a_transposed), view(b, depth, n, p.b_transposed), 1, 0);
  });
}

}    // namespace

int main(int count, char** arguments) {
  return burst::run_benchmarks(count, arguments, [](const setting& how) {
    for (const pass& p : passes)
      for (const int n : {128, 512, 784, 2048})
        benchmark::RegisterBenchmark((std::string(p.name) + '/' + std::to_string(n)).c_str(),
                                     [=](benchmark::State& state) { multiply(state, how, p, n); })
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
  });
}

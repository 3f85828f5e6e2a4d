// SPDX-License-Identifier: MIT
// Forward and backward of the losses on normalized rows of 128 numbers: the shortest of a burst, as one line of JSON.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/loss_step.cpp -lpthread -o loss_step
//     ./loss_step --only=nt_xent_512 --seconds=5 --threads=2 [--isa=avx2]
//     {"nt_xent_512": 0.000612, "peak_before": 236.1, "peak_after": 235.8, "peak_mb": 12.1, "isa": "avx512", "threads": 2}
//
// Rows are normalized, and the gradient is that of the rows before they are, as benchmarks/pytorch/losses.py does it.
#include "burst.hpp"

#include <contrastive/cpu.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>

#include <sys/resource.h>
#include <cmath>

namespace ct = contrastive;

namespace {

using shape = ct::features<128>;
using rows = ct::tensor<ct::cpu, shape>;

/// A loss of n rows with all its memory.
template <class L>
class step {
 public:
  step(ct::cpu& device, int n)
      : device_(device),
        weights_(device),
        before_(device, std::size_t(n)),
        loss_(device, std::size_t(n)),
        ends_(device, std::size_t(n)) {
    float* x = ct::part<0>(ends_.value).data;
    for (std::size_t i = 0; i < std::size_t(n) * 128; ++i)
      x[i] = float(std::sin(double(i) * 12.9898 + double(i / 128)));
    for (int i = 0; i < n; ++i) ct::part<2>(ends_.value).data[i] = i % 10;
  }
  void operator()() {
    auto& x = ct::part<0>(ends_.value);
    before_.forward(device_, {}, x, weights_.slots());
    if constexpr (L::needs_labels) loss_(device_, config_, before_.y(), ct::part<2>(ends_.value), 1, before_.dy());
    else loss_(device_, config_, before_.y(), ct::no_labels{}, 2, before_.dy());
    before_.backward(device_, {}, x, ct::part<1>(ends_.value), weights_.slots());
  }
  double value() { return loss_.read(device_, config_).value; }

 private:
  using net = ct::detail::prepare_of<L>;
  ct::cpu& device_;
  typename L::config config_{.temperature = 0.5};
  ct::weights<ct::cpu, net, shape> weights_;
  ct::training_pass<ct::cpu, net, shape> before_;
  ct::loss_pass<ct::cpu, L, shape> loss_;
  ct::memory<ct::cpu, ct::pack<rows, rows, ct::tensor<ct::cpu, ct::features<1>, std::int32_t>>>
      ends_;    // x, dx, labels
};

template <class L>
void report(ct::cpu& device, const std::string& key, int n, double seconds) {
  step<L> work(device, n);
  double best = 0;
  if (n > 100000) {    // once: for its memory
    const double start = burst::now();
    work();
    best = burst::now() - start;
  } else best = burst::shortest(seconds, [&] { work(); });
  std::printf("\"%s\": %.6f, \"%s_value\": %.6f, ", key.c_str(), best, key.c_str(), work.value());
}

double peak_megabytes() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return double(use.ru_maxrss) / 1024;
}

}    // namespace

int main(int argc, char** argv) {
  const burst::options options{argc, argv};
  const std::string only = options.text("only", ""), set = options.text("isa", "");
  const int threads = int(options.number("threads", 2));
  const double seconds = options.number("seconds", 5);
  const auto instructions = set.empty() ? burst::best_isa() : burst::isa_named(set);
  ct::cpu device{{.threads = threads, .instructions = instructions}};
  const double before = burst::fma_peak(threads, instructions);
  std::printf("{");
  for (const int n : {512, 2048, 16384, 131072}) {
    const auto chosen = [&](const std::string& key) { return only == key || (only.empty() && n < 131072); };
    const std::string size = "_" + std::to_string(n);
    if (chosen("nt_xent" + size)) report<ct::nt_xent>(device, "nt_xent" + size, n, seconds);
    if (chosen("sup_con" + size)) report<ct::sup_con>(device, "sup_con" + size, n, seconds);
    if (chosen("sup_con_in" + size)) report<ct::sup_con_in>(device, "sup_con_in" + size, n, seconds);
  }
  std::printf("\"peak_before\": %.1f, \"peak_after\": %.1f, \"peak_mb\": %.1f, \"isa\": \"%s\", \"threads\": %d}\n",
              before, burst::fma_peak(threads, instructions), peak_megabytes(), ct::on_cpu::name_of(instructions),
              threads);
}

// SPDX-License-Identifier: MIT
// Every convolution of ResNet-18 (small-image stem, 64 images) and of the small encoder: GF/s and share of the FMA peak.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude benchmarks/conv_benchmark.cpp -lbenchmark -lpthread -o conv_benchmark
//     ./conv_benchmark [--threads=2] [--isa=portable|avx2|avx512] [--benchmark_filter=forward]
//
// The peak is measured before and after every benchmark, by independent fused multiply-adds in the same instruction set
// on the same threads and clock; `peak` is the larger of both, and a share of it is nominal: taps on padding count as work.
#include "benchmark_main.hpp"
#include "conv_layers.hpp"

#include <contrastive/backend/cpu/kernels/winograd_kernels.hpp>

namespace {

using namespace contrastive::on_cpu;
using burst::setting;
using work::layer;

double flops(const conv_shape& s) { return 2. * s.images * s.output_pixels() * s.taps() * s.channels * s.filters; }

struct buffers {
  std::vector<float> x, dy, y, dx, w, packed, gradient, workspace;

  buffers(const conv_shape& s, int threads)
      : x(s.rows ? std::size_t(s.images * s.input_pixels() * s.channels)
                 : blocked_size(s.images, s.input_pixels(), s.channels),
          0.5f),
        dy(blocked_size(s.images, s.output_pixels(), s.filters), 0.25f),
        y(dy.size()),
        dx(blocked_size(s.images, s.input_pixels(), s.channels)),
        w(std::size_t(s.filters * s.taps() * s.channels), 0.125f),
        packed(std::max(packed_size(s), winograd_packed_size(s)), 0.125f),
        gradient(packed_size(s)),
        workspace(std::max(gradient_workspace_size(s), winograd_takes(s) ? winograd_workspace_size(s, threads) : 0)) {}
};

template <class Run>
void measure(benchmark::State& state, const setting& how, const conv_shape& s, const Run& run) {
  workers pool{how.threads};
  buffers b(s, how.threads);
  run(pool, b);
  burst::measure(state, pool, how.set, flops(s), [&] { run(pool, b); });
}

void add(const setting& how, const layer& l) {
  const conv_shape& s = l.shape;
  const conv_kernels& conv = conv_kernels_for(how.set);
  const auto benchmark = [&](const char* pass, auto run) {
    benchmark::RegisterBenchmark((std::string(pass) + "/" + l.name).c_str(),
                                 [=](benchmark::State& state) { measure(state, how, s, run); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  };
  benchmark("forward",
            [&](workers& pool, buffers& b) { conv.forward(pool, s, b.x.data(), b.packed.data(), b.y.data(), {}, {}); });
  if (!s.rows)
    benchmark("backward_data", [&](workers& pool, buffers& b) {
      conv.backward_data(pool, s, b.dy.data(), b.packed.data(), b.dx.data(), {}, {});
    });
  benchmark("backward_weights", [&](workers& pool, buffers& b) {
    conv.backward_weights(pool, s, b.x.data(), b.dy.data(), b.gradient.data(), b.workspace.data(), {});
  });
  benchmark("pack", [&](workers& pool, buffers& b) {
    weight_packing{s}.forward(pool, conv.tile_channels, b.w.data(), nullptr, b.packed.data());
  });
  if (!winograd_takes(s)) return;
  const winograd_kernels& wino = winograd_kernels_for(how.set);
  benchmark("winograd_forward", [&](workers& pool, buffers& b) {
    wino.forward(pool, s, b.x.data(), b.packed.data(), b.y.data(), {}, {}, b.workspace.data());
  });
  benchmark("winograd_backward_data", [&](workers& pool, buffers& b) {
    wino.backward_data(pool, s, b.dy.data(), b.packed.data(), b.dx.data(), {}, {}, b.workspace.data());
  });
  benchmark("winograd_backward_weights", [&](workers& pool, buffers& b) {
    wino.backward_weights(pool, s, b.x.data(), b.dy.data(), b.gradient.data(), {}, b.workspace.data());
  });
  benchmark("winograd_pack",
            [&](workers& pool, buffers& b) { wino.pack_forward(pool, s, b.w.data(), nullptr, b.packed.data()); });
}

}    // namespace

int main(int count, char** arguments) {
  return burst::run_benchmarks(count, arguments, [](const setting& how) {
    for (const layer& l : work::layers) add(how, l);
  });
}

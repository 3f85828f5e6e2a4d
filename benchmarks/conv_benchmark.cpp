// SPDX-License-Identifier: MIT
// Every convolution of ResNet-18 (small-image stem, 64 images) and of the small encoder: GF/s and share of the FMA peak.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude benchmarks/conv_benchmark.cpp -lbenchmark -lpthread -o conv_benchmark
//     ./conv_benchmark [--threads=2] [--isa=portable|avx2|avx512] [--benchmark_filter=forward]
//
// The peak is measured before and after every benchmark, by independent fused multiply-adds in the same instruction set
// on the same threads and clock; `peak` is the larger of both, and a share of it is nominal: taps on padding count as work.
#include "benchmark_main.hpp"

#include <contrastive/backend/cpu/winograd_kernels.hpp>

namespace {

using namespace contrastive::on_cpu;
using burst::setting;

struct layer {
  const char* name;
  conv_shape shape;
};

constexpr conv_shape square(int images, int size, int channels, int filters, int kernel = 3, int stride = 1,
                            bool rows = false) {
  return {images, size, size, channels, filters, kernel, kernel, stride, kernel / 2, kernel / 2, rows};
}

constexpr layer layers[] = {
    {"r18 3->64 @32 rows", square(64, 32, 3, 64, 3, 1, true)},
    {"r18 64->64 @32", square(64, 32, 64, 64)},
    {"r18 64->128 @32 s2", square(64, 32, 64, 128, 3, 2)},
    {"r18 64->128 @32 1x1 s2", square(64, 32, 64, 128, 1, 2)},
    {"r18 128->128 @16", square(64, 16, 128, 128)},
    {"r18 128->256 @16 s2", square(64, 16, 128, 256, 3, 2)},
    {"r18 128->256 @16 1x1 s2", square(64, 16, 128, 256, 1, 2)},
    {"r18 256->256 @8", square(64, 8, 256, 256)},
    {"r18 256->512 @8 s2", square(64, 8, 256, 512, 3, 2)},
    {"r18 256->512 @8 1x1 s2", square(64, 8, 256, 512, 1, 2)},
    {"r18 512->512 @4", square(64, 4, 512, 512)},
    {"small 1->32 @28 rows", square(64, 28, 1, 32, 3, 1, true)},
    {"small 32->32 @28", square(64, 28, 32, 32)},
    {"small 32->64 @28 s2", square(64, 28, 32, 64, 3, 2)},
    {"small 64->64 @14", square(64, 14, 64, 64)},
    {"small 64->128 @14 s2", square(64, 14, 64, 128, 3, 2)},
    {"small 128->128 @7", square(64, 7, 128, 128)},
};

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
    for (const layer& l : layers) add(how, l);
  });
}

// SPDX-License-Identifier: MIT
// Views on the CPU, one thread: every operation of the pass alone, and whole lists beside their generic bodies.
//
//     g++ -std=c++20 -O2 -Ibenchmarks -Iinclude -isystem /usr/include/eigen3 benchmarks/augment_benchmark.cpp -lbenchmark -lpthread -o augment_benchmark
//     ./augment_benchmark [--isa=portable|avx2|avx512] [--benchmark_filter=hue]
//
// `per_pixel` is of the view's pixels. An operation's row holds the pass with that operation alone, so the row of the plain
// resize of the same box has to be subtracted. Lists draw their numbers and take a batch of 16 images.
#include "benchmark_main.hpp"

#include <contrastive/augment/view_pass.hpp>
#include <contrastive/cpu.hpp>

#include <numeric>

namespace ct = contrastive;
using namespace contrastive::on_cpu;

namespace {

void of_pixels(benchmark::State& state, double pixels) {
  state.counters["per_pixel"] = benchmark::Counter(
      pixels, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// A box of a stored square, made into a square view by one instruction set.
struct square {
  int stored, box, view;
};

void add_pass(isa set, const square& q, const char* name, view_step step) {
  const std::string text = std::string(name) + "/" + std::to_string(q.stored) + " box " + std::to_string(q.box) +
                           " to " + std::to_string(q.view);
  benchmark::RegisterBenchmark(text.c_str(), [=](benchmark::State& state) {
    const view_size size{q.stored, q.stored, 3, q.view, q.view};
    view_workspace memory(size, step.taps);
    std::vector<std::uint8_t> pixels(std::size_t(3 * q.stored * q.stored));
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(7919 * i);
    std::vector<float> out(std::size_t(3 * q.view * q.view));
    const float scale[] = {4, 4, 4}, shift[] = {-2, -2, -2};
    view_recipe recipe{0, 0, q.box, q.box};
    if (step.what != view_change::brightness || step.amount != 1) recipe.add(step);
    for (auto _ : state)
      view_kernels_for(set).make(size, recipe, {pixels.data(), nullptr}, {scale, shift}, out.data(), memory);
    of_pixels(state, double(q.view) * q.view);
  });
}

void add_operations(isa set, const square& q) {
  add_pass(set, q, "resize", {view_change::brightness, 1});
  add_pass(set, q, "brightness", {view_change::brightness, 1.2f});
  add_pass(set, q, "contrast", {view_change::contrast, 1.2f});
  add_pass(set, q, "saturation", {view_change::saturation, 1.2f});
  add_pass(set, q, "hue", {view_change::hue, 0.1f});
  add_pass(set, q, "gray", {view_change::gray, 0});
  add_pass(set, q, "solarize", {view_change::solarize, 0.5f});
  add_pass(set, q, "blur", {view_change::blur, 1.f, std::max(3, q.view / 10 / 2 * 2 + 1)});
}

template <class Device, class Sample, class Views>
void add_list(isa set, const char* name) {
  benchmark::RegisterBenchmark((std::string(name) + "/" + Device::name).c_str(), [=](benchmark::State& state) {
    Device device{{.threads = 1, .instructions = set}};
    using pass = ct::view_pass<Device, Sample, Views>;
    constexpr std::size_t images = 16;
    pass make(device, images);
    ct::memory<Device, ct::tensor<Device, Sample, std::uint8_t>> stored(device, images);
    ct::memory<Device, typename pass::images> out(device, 2 * images);
    for (std::size_t i = 0; i < images * Sample::size; ++i) stored.value.data[i] = std::uint8_t(7919 * i);
    std::vector<int> numbers(images);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::uint32_t epoch = 0;
    for (auto _ : state) make.make(device, {.seed = 1, .epoch = ++epoch}, numbers, stored.value, out.value);
    of_pixels(state, 2. * images * double(pass::output::pixels));
    state.counters["views/s"] = benchmark::Counter(2. * images, benchmark::Counter::kIsIterationInvariantRate);
  });
}
template <class Sample, class Views>
void add_lists(isa set, const char* name) {
  add_list<ct::cpu, Sample, Views>(set, name);
  add_list<ct::cpu_generic, Sample, Views>(set, name);
}

template <int Out>
using color =
    ct::views<ct::random_resized_crop<Out>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale, ct::normalize>;
template <int Out>
using blurred = ct::views<ct::random_resized_crop<Out>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale,
                          ct::gaussian_blur<>, ct::normalize>;
using gray = ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;

}    // namespace

int main(int count, char** arguments) {
  return burst::run_benchmarks(count, arguments, [](const burst::setting& how) {
    const isa set = how.set;
    for (const square& q : {square{32, 24, 32}, {96, 70, 96}, {256, 190, 224}, {256, 256, 224}}) add_operations(set, q);
    add_lists<ct::image<28, 28, 1>, gray>(set, "gray 28");
    add_lists<ct::image<32, 32, 3>, color<32>>(set, "color 32");
    add_lists<ct::image<96, 96, 3>, color<96>>(set, "color 96");
    add_lists<ct::image<96, 96, 3>, blurred<96>>(set, "color with blur 96");
    add_lists<ct::image<256, 256, 3>, color<224>>(set, "color 256 to 224");
    add_lists<ct::image<256, 256, 3>, blurred<224>>(set, "color with blur 256 to 224");
  });
}

// SPDX-License-Identifier: MIT
// Laws of the Winograd convolutions, below the line: random shapes against plain loops in double, for every instruction set
// that this machine can run; error bounds on the shapes of shipped networks.
#include <contrastive/backend/cpu/kernels/channel_kernels.hpp>
#include <contrastive/backend/cpu/kernels/winograd_kernels.hpp>

#include "support/catch.hpp"
#include "support/plain_convolution.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>

using namespace contrastive::on_cpu;

namespace {

const bool in_full = std::getenv("CONTRASTIVE_WIDE") != nullptr;
const int examples = in_full ? 2000 : 100;

template <class Check>
void for_every_set(const Check& check) {
  for (const isa set : {isa::portable, isa::avx2, isa::avx512}) {
    if (set > best_isa()) continue;
    INFO(name_of(set));
    check(winograd_kernels_for(set));
  }
}

conv_shape random_winograd_shape(plain::random_numbers& random) {
  for (;;) {
    const bool common = random.from(0, 1) == 0;
    conv_shape s{.images = random.from(1, 9),
                 .height = random.from(1, 13),
                 .width = random.from(1, 13),
                 .channels = random.from(1, 70),
                 .filters = random.from(1, 70)};
    s.padding_height = common ? 1 : random.from(0, 2);
    s.padding_width = common ? 1 : random.from(0, 2);
    const bool fits = s.height + 2 * s.padding_height >= 3 && s.width + 2 * s.padding_width >= 3;
    if (fits && double(s.images) * s.output_pixels() * 9 * s.channels * s.filters < 4e6) return s;
  }
}

struct results {
  numbers y, dx, dw;
};

results run(const winograd_kernels& conv, const plain::example& e, workers& pool, const epilogue& after_y = {},
            const epilogue& after_dx = {}) {
  const conv_shape& s = e.shape;
  const numbers x = plain::blocked(e.x, s.images, s.input_pixels(), s.channels);
  const numbers dy = plain::blocked(e.dy, s.images, s.output_pixels(), s.filters);
  constexpr std::size_t behind = 1 << 16;    // nobody may write there
  const std::size_t size = winograd_workspace_size(s, pool.threads());
  numbers packed(winograd_packed_size(s)), workspace(size + behind, 7.f), gradient(packed_size(s));
  numbers y(dy.size(), 3.f), dx(x.size(), 3.f);
  results r;
  conv.pack_forward(pool, s, e.w.data(), nullptr, packed.data());
  conv.forward(pool, s, x.data(), packed.data(), y.data(), after_y, {}, workspace.data());
  r.y = plain::row_major(y, s.images, s.output_pixels(), s.filters);
  conv.pack_backward(pool, s, e.w.data(), packed.data());
  conv.backward_data(pool, s, dy.data(), packed.data(), dx.data(), after_dx, {}, workspace.data());
  r.dx = plain::row_major(dx, s.images, s.input_pixels(), s.channels);
  conv.backward_weights(pool, s, x.data(), dy.data(), gradient.data(), {}, workspace.data());
  r.dw.resize(e.w.size());
  weight_packing{s}.gradient(pool, gradient.data(), r.dw.data());
  CHECK(std::all_of(workspace.begin() + std::ptrdiff_t(size), workspace.end(), [](float v) { return v == 7.f; }));
  return r;
}

}    // namespace

TEST_CASE("Winograd's forward, backward-data and backward-weights equal plain loops on random shapes") {
  workers pool{1};
  plain::random_numbers random{1};
  for (int i = 0; i < examples; ++i) {
    const plain::example e(random_winograd_shape(random), random);
    INFO(plain::text(e.shape));
    for_every_set([&](const winograd_kernels& conv) {
      const results r = run(conv, e, pool);
      CHECK(plain::relative_rms(r.y, e.y) <= 1e-5);
      CHECK(plain::relative_rms(r.dx, e.dx) <= 1e-5);
      CHECK(plain::relative_rms(r.dw, e.dw) <= 5e-5);
    });
  }
}

TEST_CASE("the number of threads changes no bit of Winograd's results") {
  plain::random_numbers random{3};
  workers one{1}, two{2}, three{3}, eight{8};    // from four on, threads share large weights otherwise
  for (int i = 0; i < 12; ++i) {
    conv_shape s = random_winograd_shape(random);
    if (i % 4 == 0)
      s = {.images = 40, .height = 4, .width = 3, .channels = 260, .filters = 270};    // steps that all threads share
    const plain::example e(s, random);
    INFO(plain::text(e.shape));
    for_every_set([&](const winograd_kernels& conv) {
      const results a = run(conv, e, one);
      for (workers* pool : {&two, &three, &eight}) {
        const results b = run(conv, e, *pool);
        CHECK(a.y == b.y);
        CHECK(a.dx == b.dx);
        CHECK(a.dw == b.dw);
      }
    });
  }
}

TEST_CASE("Winograd keeps its digits on the shapes of ResNet-18 and of the small encoder") {
  workers pool{1};
  plain::random_numbers random{2};
  const int images = in_full ? 32 : 1;
  for (const auto& [size, channels] :
       {std::pair{32, 64}, {16, 128}, {8, 256}, {4, 512}, {28, 32}, {14, 64}, {7, 128}}) {
    const plain::example e({.images = images, .height = size, .width = size, .channels = channels, .filters = channels},
                           random);
    INFO(plain::text(e.shape));
    for_every_set([&](const winograd_kernels& conv) {
      const results r = run(conv, e, pool);
      CHECK(plain::relative_rms(r.y, e.y) <= 1e-5);
      CHECK(plain::relative_rms(r.dx, e.dx) <= 1e-5);
      CHECK(plain::relative_rms(r.dw, e.dw) <= 5e-5);
    });
  }
}

namespace {

double largest_difference(const numbers& a, const numbers& b) {
  double worst = a.size() == b.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, double(std::abs(a[i] - b[i])));
  return worst;
}

}    // namespace

TEST_CASE("Winograd's prologues, epilogues and sums are those of direct convolutions") {
  workers pool{2};
  plain::random_numbers random{4};
  for (int i = 0; i < 12; ++i) {
    conv_shape s = random_winograd_shape(random);
    if (i == 0) s = {.images = 33, .height = 6, .width = 3, .channels = 260, .filters = 270};
    INFO(plain::text(s));
    const numbers w = random.many(std::size_t(s.filters * 9 * s.channels)), scale = random.many(std::size_t(s.filters));
    const numbers x = plain::blocked(random.many(std::size_t(s.images * s.input_pixels() * s.channels)), s.images,
                                     s.input_pixels(), s.channels);
    const auto image = [&] {    // like the output, zero behind the last filter
      numbers b = plain::blocked(random.many(std::size_t(s.images * s.output_pixels() * s.filters)), s.images,
                                 s.output_pixels(), s.filters);
      std::replace(b.begin(), b.end(), 7.f, 0.f);
      return b;
    };
    numbers bias = random.many(std::size_t(s.filters));
    bias.resize(std::size_t(padded(s.filters)));
    const numbers start = image(), add = image(), mask = image(), y2 = image(), y3 = image();
    for_every_set([&](const winograd_kernels& wino) {
      const conv_kernels& direct = conv_kernels_for(wino.set);
      numbers packed(packed_size(s)), points(winograd_packed_size(s)), workspace(winograd_workspace_size(s, 2));
      weight_packing{s}.forward(pool, direct.tile_channels, w.data(), scale.data(), packed.data());
      wino.pack_forward(pool, s, w.data(), scale.data(), points.data());
      for (const bool relu : {false, true}) {
        std::vector<std::atomic<int>> seen(static_cast<std::size_t>(s.images));
        const auto before = [&](int first, int last) {
          for (int n = first; n < last; ++n) ++seen[std::size_t(n)];
        };
        numbers y = start, expected = start, sums(sums_size(forward_chunks(s), s.filters), 9.f), expected_sums = sums;
        epilogue after{.accumulate = true,
                       .bias = bias.data(),
                       .add = add.data(),
                       .relu = relu,
                       .mask = mask.data(),
                       .sums = expected_sums.data()};
        if (relu) after.y2 = y2.data(), after.y3 = y3.data();
        direct.forward(pool, s, x.data(), packed.data(), expected.data(), after, {});
        after.sums = sums.data();
        wino.forward(pool, s, x.data(), points.data(), y.data(), after, before, workspace.data());
        const double scale_of_y = std::sqrt(9. * s.channels);
        CHECK(largest_difference(y, expected) <= 1e-4 * scale_of_y);
        CHECK(largest_difference(sums, expected_sums) <= 1e-4 * scale_of_y * scale_of_y * 256);
        CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& times) { return times == 1; }));
      }
    });
  }
}

// In one float after another a sum of 512 × 512 pixels would lose 1e-5 of itself, one of 2048 × 2048 a hundredth.
TEST_CASE("sums over a large image are as exact as over a small one: of convolutions, of rectifications, of means") {
  workers pool{2};
  const conv_shape s{.images = 1, .height = 512, .width = 512, .channels = 32, .filters = 32};
  const int pixels = s.input_pixels();
  numbers x(blocked_size(1, pixels, 32)), w(32 * 9 * 32);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i / 32 % 1000) / 700 + float(i % 32) / 8 + 0.1f;
  for (std::size_t k = 0; k < 32; ++k) w[(k * 9 + 4) * 32 + k] = 0.7f;    // the pixel itself
  const auto error = [&](const float* sums, const numbers& a, const numbers& b, double share = 1) {
    std::vector<double> expected(32);
    for (std::size_t i = 0; i < a.size(); ++i)
      expected[i % 32] += share * double(a[i]) * (b.empty() ? 1 : double(b[i]));
    double worst = 0;
    for (std::size_t c = 0; c < 32; ++c) worst = std::max(worst, std::abs(double(sums[c]) / expected[c] - 1));
    return worst;
  };
  for_every_set([&](const winograd_kernels& wino) {
    const conv_kernels& direct = conv_kernels_for(wino.set);
    const channel_kernels& channels = channel_kernels_for(wino.set);
    numbers packed(packed_size(s)), points(winograd_packed_size(s)), workspace(winograd_workspace_size(s, 2));
    weight_packing{s}.forward(pool, direct.tile_channels, w.data(), nullptr, packed.data());
    wino.pack_forward(pool, s, w.data(), nullptr, points.data());
    numbers y(x.size()), sums(3 * 32);
    direct.forward(pool, s, x.data(), packed.data(), y.data(), {.sums = sums.data()}, {});
    CHECK(error(sums.data(), y, {}) <= tolerance::sums);
    CHECK(error(sums.data() + 32, y, y) <= tolerance::sums);
    wino.forward(pool, s, x.data(), points.data(), y.data(), {.sums = sums.data(), .y2 = x.data()}, {},
                 workspace.data());
    CHECK(error(sums.data(), y, {}) <= tolerance::sums);
    CHECK(error(sums.data() + 32, y, x) <= tolerance::sums);
    channels.mask({1, 1, pixels, 0, 1}, {.dy = x.data(), .y2 = x.data(), .y3 = x.data(), .dz = y.data()}, sums.data());
    CHECK(error(sums.data(), x, {}) <= tolerance::sums);
    CHECK(error(sums.data() + 32, x, x) <= tolerance::sums);
    CHECK(error(sums.data() + 64, x, x) <= tolerance::sums);
    channels.average({1, 1, pixels, 0, 1}, x.data(), sums.data());
    CHECK(error(sums.data(), x, {}, 1. / pixels) <= tolerance::sums);
  });
}

TEST_CASE("Winograd takes 3 × 3 kernels of stride 1 on blocked images") {
  CHECK(winograd_takes({.padding_height = 0, .padding_width = 2}));
  CHECK_FALSE(winograd_takes({.stride = 2}));
  CHECK_FALSE(winograd_takes({.kernel_height = 1, .kernel_width = 1, .padding_height = 0, .padding_width = 0}));
  CHECK_FALSE(winograd_takes({.kernel_width = 5}));
  CHECK_FALSE(winograd_takes({.rows = true}));
}

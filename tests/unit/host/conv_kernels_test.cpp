// SPDX-License-Identifier: MIT
// Laws of the direct convolutions, below the line: random shapes against plain loops in double, for every instruction set
// that this machine can run.
#include <contrastive/backend/cpu/kernels/conv_kernels.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/plain_convolution.hpp"

#include <cstdlib>

using namespace contrastive::on_cpu;

namespace {

const int examples = std::getenv("CONTRASTIVE_WIDE") ? 2000 : 100;

std::vector<isa> sets_of_this_machine() {
  std::vector<isa> sets = {isa::portable};
  if (best_isa() >= isa::avx2) sets.push_back(isa::avx2);
  if (best_isa() >= isa::avx512) sets.push_back(isa::avx512);
  return sets;
}

// What a set's kernels make of an example, as row-major numbers.
struct results {
  numbers y, dx, dw, y_sums, dx_sums;
};

results run(const conv_kernels& conv, const plain::example& e, workers& pool, const epilogue& after_y = {},
            const epilogue& after_dx = {}) {
  const conv_shape& s = e.shape;
  const weight_packing packing{s};
  const numbers x = s.rows ? e.x : plain::blocked(e.x, s.images, s.input_pixels(), s.channels);
  const numbers dy = plain::blocked(e.dy, s.images, s.output_pixels(), s.filters);
  numbers packed(packed_size(s)), workspace(gradient_workspace_size(s));
  results r;
  numbers y(blocked_size(s.images, s.output_pixels(), s.filters), 3.f),
      dx(blocked_size(s.images, s.input_pixels(), s.channels), 3.f);

  packing.forward(pool, conv.tile_channels, e.w.data(), nullptr, packed.data());
  conv.forward(pool, s, x.data(), packed.data(), y.data(), after_y, {});
  r.y = plain::row_major(y, s.images, s.output_pixels(), s.filters);

  if (!s.rows) {
    packing.backward(pool, conv.tile_channels, e.w.data(), packed.data());
    conv.backward_data(pool, s, dy.data(), packed.data(), dx.data(), after_dx, {});
    r.dx = plain::row_major(dx, s.images, s.input_pixels(), s.channels);
  }
  conv.backward_weights(pool, s, x.data(), dy.data(), packed.data(), workspace.data(), {});
  r.dw.resize(e.w.size());
  packing.gradient(pool, packed.data(), r.dw.data());
  return r;
}

template <class Check>
void for_every_set(const Check& check) {
  for (const isa set : sets_of_this_machine()) {
    INFO(name_of(set));
    check(conv_kernels_for(set));
  }
}

}    // namespace

TEST_CASE("forward, backward-data and backward-weights equal plain loops on random shapes") {
  workers pool{2};
  plain::random_numbers random{1};
  for (int i = 0; i < examples; ++i) {
    const plain::example e(plain::random_shape(random, false), random);
    INFO(plain::text(e.shape));
    for_every_set([&](const conv_kernels& conv) {
      const results r = run(conv, e, pool);
      CHECK(plain::error(r.y, e.y, e.shape.taps() * e.shape.channels) <= 8);
      CHECK(plain::error(r.dx, e.dx, e.shape.taps() * e.shape.filters) <= 8);
      CHECK(plain::error(r.dw, e.dw, e.shape.images * e.shape.output_pixels()) <= 8);
    });
  }
}

TEST_CASE("convolutions of row-major images equal plain loops on random shapes") {
  workers pool{2};
  plain::random_numbers random{2};
  for (int i = 0; i < examples; ++i) {
    const plain::example e(plain::random_shape(random, true), random);
    INFO(plain::text(e.shape));
    for_every_set([&](const conv_kernels& conv) {
      const results r = run(conv, e, pool);
      CHECK(plain::error(r.y, e.y, e.shape.taps() * e.shape.channels) <= 8);
      CHECK(plain::error(r.dw, e.dw, e.shape.images * e.shape.output_pixels()) <= 8);
    });
  }
}

// One sum of 4,096 products would have an error of 1.1e-6; PyTorch's has 3.9e-7.
TEST_CASE("a weight's gradient over many pixels is a sum of short sums") {
  workers pool{2};
  plain::random_numbers random{5};
  const plain::example e({.images = 64,
                          .height = 8,
                          .width = 8,
                          .channels = 170,
                          .filters = 170,
                          .kernel_height = 1,
                          .kernel_width = 1,
                          .padding_height = 0,
                          .padding_width = 0},
                         random);
  for_every_set([&](const conv_kernels& conv) { CHECK(plain::relative_rms(run(conv, e, pool).dw, e.dw) <= 6e-7); });
}

TEST_CASE("the number of threads changes no bit") {
  plain::random_numbers random{3};
  workers one{1}, two{2}, three{3};
  for (int i = 0; i < 20; ++i) {
    const plain::example e(plain::random_shape(random, i % 4 == 0), random);
    INFO(plain::text(e.shape));
    for_every_set([&](const conv_kernels& conv) {
      const results a = run(conv, e, one), b = run(conv, e, two), c = run(conv, e, three);
      CHECK((a.y == b.y && a.y == c.y));
      CHECK((a.dx == b.dx && a.dx == c.dx));
      CHECK((a.dw == b.dw && a.dw == c.dw));
    });
  }
}

TEST_CASE("images of more than one panel of rows, and of one row, equal plain loops") {
  workers pool{2};
  plain::random_numbers random{4};
  for (const auto& [height, width] : {std::pair{60, 40}, {3, 1500}, {1500, 2}, {1, 1}, {1, 40}}) {
    const plain::example e({.images = 2, .height = height, .width = width, .channels = 3, .filters = 5}, random);
    INFO(plain::text(e.shape));
    for_every_set([&](const conv_kernels& conv) {
      const results r = run(conv, e, pool);
      CHECK(plain::error(r.y, e.y, 27) <= 8);
      CHECK(plain::error(r.dx, e.dx, 45) <= 8);
      CHECK(plain::error(r.dw, e.dw, 2 * height * width) <= 8);
    });
  }
}

namespace {

// Σ over images and pixels, per channel, of z·f (f may be empty: 1), from row-major numbers.
std::vector<double> channel_sums(const numbers& z, const numbers& f, int channels) {
  std::vector<double> sums(static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < z.size(); ++i) sums[i % sums.size()] += double(z[i]) * (f.empty() ? 1 : f[i]);
  return sums;
}
// The same from an epilogue's sums.
std::vector<double> total(const numbers& parts, int chunks, int channels, int which) {
  std::vector<double> sums(static_cast<std::size_t>(channels));
  for (int chunk = 0; chunk < chunks; ++chunk)
    for (int c = 0; c < channels; ++c)
      sums[std::size_t(c)] += parts[std::size_t(((chunk * blocks_of(channels) + c / 32) * 3 + which) * 32 + c % 32)];
  return sums;
}
double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

// What an epilogue should leave: z = z + bias + add, relu, mask.
numbers finished(const std::vector<double>& z, const numbers& bias, const numbers& add, const numbers& mask,
                 bool relu) {
  numbers y(z.size());
  for (std::size_t i = 0; i < z.size(); ++i) {
    double a = z[i] + (bias.empty() ? 0 : bias[i % bias.size()]) + (add.empty() ? 0 : add[i]);
    if (relu) a = std::max(a, 0.);
    y[i] = mask.empty() || mask[i] > 0 ? float(a) : 0;
  }
  return y;
}
numbers with_zeros(numbers bias, int channels) { return bias.resize(std::size_t(padded(channels))), bias; }

}    // namespace

TEST_CASE("a forward pass adds bias and skip, rectifies, and leaves its sums and squares per chunk") {
  workers pool{2};
  plain::random_numbers random{5};
  for (int i = 0; i < 20; ++i) {
    const plain::example e(plain::random_shape(random, i % 3 == 0), random);
    const conv_shape& s = e.shape;
    INFO(plain::text(s));
    const numbers bias = random.many(std::size_t(s.filters)), add = random.many(e.y.size());
    const numbers padded_bias = with_zeros(bias, s.filters);
    numbers stored_add = plain::blocked(add, s.images, s.output_pixels(), s.filters);
    std::replace(stored_add.begin(), stored_add.end(), 7.f, 0.f);
    for_every_set([&](const conv_kernels& conv) {
      numbers sums(sums_size(forward_chunks(s), s.filters), 9.f);
      const results r = run(conv, e, pool,
                            {.bias = padded_bias.data(), .add = stored_add.data(), .relu = true, .sums = sums.data()});
      const numbers expected = finished(e.y, bias, add, {}, true);
      CHECK(plain::error(r.y, {expected.begin(), expected.end()}, s.taps() * s.channels + 2) <= 8);
      const double bound = 1e-6 * s.images * s.output_pixels() * s.taps() * s.channels;
      CHECK(largest_difference(total(sums, forward_chunks(s), s.filters, 0), channel_sums(expected, {}, s.filters)) <=
            bound);
      CHECK(largest_difference(total(sums, forward_chunks(s), s.filters, 1),
                               channel_sums(expected, expected, s.filters)) <= bound);
      CHECK(largest_difference(total(sums, forward_chunks(s), s.filters, 2), channel_sums({}, {}, s.filters)) == 0);
    });
  }
}

TEST_CASE("a backward pass masks, and leaves its sums with two other images") {
  workers pool{2};
  plain::random_numbers random{6};
  for (int i = 0; i < 20; ++i) {
    const plain::example e(plain::random_shape(random, false), random);
    const conv_shape& s = e.shape;
    INFO(plain::text(s));
    const auto image = [&](const numbers& rows) {
      return plain::blocked(rows, s.images, s.input_pixels(), s.channels);
    };
    const numbers mask = random.many(e.dx.size()), y2 = random.many(e.dx.size()), y3 = random.many(e.dx.size());
    const numbers stored_mask = image(mask), stored_y2 = image(y2), stored_y3 = image(y3);
    for_every_set([&](const conv_kernels& conv) {
      numbers sums(sums_size(backward_chunks(s), s.channels), 9.f);
      const results r = run(
          conv, e, pool, {},
          {.mask = stored_mask.data(), .sums = sums.data(), .y2 = stored_y2.data(), .y3 = stored_y3.data()});
      const numbers expected = finished(e.dx, {}, {}, mask, false);
      CHECK(plain::error(r.dx, {expected.begin(), expected.end()}, s.taps() * s.filters) <= 8);
      const double bound = 1e-6 * s.images * s.input_pixels() * s.taps() * s.filters;
      CHECK(largest_difference(total(sums, backward_chunks(s), s.channels, 0),
                               channel_sums(expected, {}, s.channels)) <= bound);
      CHECK(largest_difference(total(sums, backward_chunks(s), s.channels, 1),
                               channel_sums(expected, y2, s.channels)) <= bound);
      CHECK(largest_difference(total(sums, backward_chunks(s), s.channels, 2),
                               channel_sums(expected, y3, s.channels)) <= bound);
    });
  }
}

TEST_CASE("accumulating twice gives the double") {
  workers pool{2};
  plain::random_numbers random{7};
  const plain::example e({.images = 3, .height = 6, .width = 5, .channels = 70, .filters = 40, .stride = 2}, random);
  const conv_shape& s = e.shape;
  const numbers dy = plain::blocked(e.dy, s.images, s.output_pixels(), s.filters);
  for_every_set([&](const conv_kernels& conv) {
    numbers packed(packed_size(s)), dx(blocked_size(s.images, s.input_pixels(), s.channels));
    weight_packing{s}.backward(pool, conv.tile_channels, e.w.data(), packed.data());
    for (int twice = 0; twice < 2; ++twice)
      conv.backward_data(pool, s, dy.data(), packed.data(), dx.data(), {.accumulate = true}, {});
    std::vector<double> expected = e.dx;
    for (double& a : expected) a *= 2;
    CHECK(plain::error(plain::row_major(dx, s.images, s.input_pixels(), s.channels), expected, s.taps() * s.filters) <=
          8);
  });
}

TEST_CASE("a prologue sees every image once, before it is read") {
  workers pool{2};
  plain::random_numbers random{8};
  for (int i = 0; i < 12; ++i) {
    const plain::example e(plain::random_shape(random, false), random);
    const conv_shape& s = e.shape;
    INFO(plain::text(s));
    const numbers x = plain::blocked(e.x, s.images, s.input_pixels(), s.channels),
                  dy = plain::blocked(e.dy, s.images, s.output_pixels(), s.filters);
    // The pass's operand is nothing but NaN until the prologue has copied an image.
    const auto lazily = [&](numbers& to, const numbers& from, int pixels, int channels) {
      to.assign(from.size(), NAN);
      return [&, pixels, channels](int first, int last) {
        for (int b = 0; b < blocks_of(channels); ++b) {
          const auto at = [&](int n) { return std::ptrdiff_t(b * s.images + n) * pixels * 32; };
          std::copy(from.begin() + at(first), from.begin() + at(last), to.begin() + at(first));
        }
      };
    };
    for_every_set([&](const conv_kernels& conv) {
      numbers packed(packed_size(s)), workspace(gradient_workspace_size(s)), late;
      numbers y(dy.size()), dx(x.size()), dw(e.w.size());
      weight_packing{s}.forward(pool, conv.tile_channels, e.w.data(), nullptr, packed.data());
      const auto for_x = lazily(late, x, s.input_pixels(), s.channels);
      conv.forward(pool, s, late.data(), packed.data(), y.data(), {}, for_x);
      CHECK(plain::error(plain::row_major(y, s.images, s.output_pixels(), s.filters), e.y, s.taps() * s.channels) <= 8);
      weight_packing{s}.backward(pool, conv.tile_channels, e.w.data(), packed.data());
      const auto for_dy = lazily(late, dy, s.output_pixels(), s.filters);
      conv.backward_data(pool, s, late.data(), packed.data(), dx.data(), {}, for_dy);
      CHECK(plain::error(plain::row_major(dx, s.images, s.input_pixels(), s.channels), e.dx, s.taps() * s.filters) <=
            8);
      const auto again = lazily(late, dy, s.output_pixels(), s.filters);
      conv.backward_weights(pool, s, x.data(), late.data(), packed.data(), workspace.data(), again);
      weight_packing{s}.gradient(pool, packed.data(), dw.data());
      CHECK(plain::error(dw, e.dw, s.images * s.output_pixels()) <= 8);
    });
  }
}

TEST_CASE("packed weights may be scaled filter by filter") {
  workers pool{2};
  plain::random_numbers random{9};
  plain::example e({.images = 2, .height = 5, .width = 5, .channels = 33, .filters = 37}, random);
  const conv_shape& s = e.shape;
  const numbers scale = random.many(std::size_t(s.filters)),
                x = plain::blocked(e.x, s.images, s.input_pixels(), s.channels);
  for (std::size_t i = 0; i < e.y.size(); ++i) e.y[i] *= scale[i % scale.size()];
  for_every_set([&](const conv_kernels& conv) {
    numbers packed(packed_size(s)), y(blocked_size(s.images, s.output_pixels(), s.filters));
    weight_packing{s}.forward(pool, conv.tile_channels, e.w.data(), scale.data(), packed.data());
    conv.forward(pool, s, x.data(), packed.data(), y.data(), {}, {});
    CHECK(plain::error(plain::row_major(y, s.images, s.output_pixels(), s.filters), e.y, s.taps() * s.channels) <= 8);
  });
}

TEST_CASE("images packed and unpacked are what they were, part by part") {
  plain::random_numbers random{10};
  for (int channels : {1, 31, 32, 33, 64, 70}) {
    const int images = 5, pixels = 6;
    const numbers rows = random.many(std::size_t(images * pixels * channels));
    numbers packed(blocked_size(images, pixels, channels), 3.f), back(rows.size());
    pack_images(rows.data(), packed.data(), images, pixels, channels, 0, 2);
    pack_images(rows.data(), packed.data(), images, pixels, channels, 2, images);
    CHECK(plain::row_major(packed, images, pixels, channels) == rows);
    unpack_images(packed.data(), back.data(), images, pixels, channels, 0, 1);
    unpack_images(packed.data(), back.data(), images, pixels, channels, 1, images);
    CHECK(back == rows);
  }
}

TEST_CASE("the best instruction set is one that the CPU has in full") {
  CHECK(best_isa({}) == isa::portable);
  CHECK(best_isa({.avx2 = true}) == isa::portable);
  CHECK(best_isa({.avx2 = true, .fma = true}) == isa::avx2);
  CHECK(best_isa({.avx2 = true, .fma = true, .avx512f = true}) == isa::avx2);
  CHECK(best_isa({.avx2 = true, .fma = true, .avx512f = true, .avx512dq = true, .avx512bw = true, .avx512vl = true}) ==
        isa::avx512);
  CHECK(best_isa() >= native_isa);
}

TEST_CASE("a CPU that lacks what the unit was built for is refused in one sentence") {
  CHECK(usable_isa() == best_isa());
  if (native_isa == isa::portable) return;
  CHECK_THROWS_WITH(usable_isa({}), contains(std::string("built for a CPU with ") + name_of(native_isa)));
  CHECK_THROWS_WITH(usable_isa({}), contains("this one has neither avx512 nor avx2: build it without -march"));
}

// SPDX-License-Identifier: MIT
// Laws of the direct convolutions, below the line: random shapes against plain loops in double, for every instruction set
// that this machine can run.
#include <contrastive/backend/cpu/conv_kernels.hpp>

#include "support/catch.hpp"
#include "support/plain_convolution.hpp"

#include <cstdlib>

using namespace contrastive::on_cpu;

namespace {

const int examples = std::getenv("CONTRASTIVE_LONG") ? 2000 : 100;

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

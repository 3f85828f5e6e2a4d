// SPDX-License-Identifier: MIT
#pragma once
// Laws of gemm: four transpositions, alpha and beta, sizes that fill no tile, long depths.
#include <contrastive/testing/backend_laws/experiment.hpp>

namespace contrastive::testing::laws_of_backends {

struct product {
  int rows, columns, depth;
  bool a_transposed = false, b_transposed = false;
  double alpha = 1, beta = 0;

  std::string text() const {
    return std::to_string(rows) + "×" + std::to_string(depth) + (a_transposed ? "ᵀ" : "") + " · " +
           std::to_string(depth) + "×" + std::to_string(columns) + (b_transposed ? "ᵀ" : "") + ", alpha " +
           std::to_string(alpha) + ", beta " + std::to_string(beta);
  }
};

template <class B, class E>
auto matrix_of(const stored<B, E>& s, int rows, int columns, bool transposed) {
  const matrix_operand<typename B::template address<E>> m{s.data, transposed ? columns : rows,
                                                          transposed ? rows : columns};
  return transposed ? transpose(m) : m;
}

/// c after the product; `c` are its values before.
template <class B>
values multiplied(B& device, const product& p, const values& c, std::uint64_t seed) {
  auto a = store(device, normal_numbers(std::size_t(p.rows) * std::size_t(p.depth), seed)),
       b = store(device, normal_numbers(std::size_t(p.depth) * std::size_t(p.columns), seed, 1)),
       out = store(device, c);
  context<B, inference> ctx{device};    // as layers ask: a device may have a product of its own
  gemm(ctx, matrix_of(out, p.rows, p.columns, false), matrix_of(a, p.rows, p.depth, p.a_transposed),
       matrix_of(b, p.depth, p.columns, p.b_transposed), p.alpha, p.beta);
  return out.read(device);
}

template <class B>
law gemm_in_four_transpositions(B& device, const backend_law_options& o) {
  trial_of_law tried("gemm in four transpositions, with alpha and beta", o.sums);
  random_stream random{o.seed, {.what = purpose::test, .place = 6}};
  for (int shape = 0; shape < 4 * o.shapes; ++shape) {
    const int most = shape % 2 ? 150 : 20;
    product p{between(random, 1, most), between(random, 1, most), between(random, 1, most)};
    if (shape == 0) p = {1, 1, 1};
    for (unsigned way = 0; way < 12; ++way) {
      p.a_transposed = way & 1;
      p.b_transposed = way & 2;
      p.alpha = way / 4 == 0 ? 1 : -0.5;
      p.beta = way / 4 == 2 ? 2 : way / 4;
      const values c = normal_numbers(std::size_t(p.rows) * std::size_t(p.columns), o.seed, 2);
      tried.add(distance(device, [&](auto& d) { return multiplied(d, p, c, o.seed); }), p.text());
    }
  }
  return tried;
}

template <class B>
law gemm_adds_up_long_depths(B& device, const backend_law_options& o) {
  trial_of_law tried("gemm adds up long depths", o.sums);
  for (const product& p :
       {product{5, 17, 3001}, product{32, 9, 6272, true, false}, product{33, 20, 2000, false, true, 1, 1}}) {
    const values c = normal_numbers(std::size_t(p.rows) * std::size_t(p.columns), o.seed, 2);
    tried.add(distance(device, [&](auto& d) { return multiplied(d, p, c, o.seed); }), p.text());
  }
  return tried;
}

template <class B>
law gemm_with_beta_zero_does_not_read_its_output(B& device, const backend_law_options& o) {
  trial_of_law tried("gemm with beta 0 does not read its output", o.sums);
  for (const product& p : {product{3, 5, 7}, product{40, 50, 60, true, true}}) {
    const values nan(std::size_t(p.rows) * std::size_t(p.columns), std::numeric_limits<double>::quiet_NaN());
    tried.add(distance(device, [&](auto& d) { return multiplied(d, p, nan, o.seed); }), p.text());
  }
  return tried;
}

template <class B>
law the_same_product_has_the_same_bits(B& device, const backend_law_options& o) {
  const product p{67, 45, 1000};
  const values c(std::size_t(p.rows) * std::size_t(p.columns));
  return {"the same product has the same bits",
          multiplied(device, p, c, o.seed) == multiplied(device, p, c, o.seed) ? 0 : HUGE_VAL, 0};
}

template <class B>
void gemm_laws(laws& tried, B& device, const backend_law_options& o) {
  tried.push_back(gemm_in_four_transpositions(device, o));
  tried.push_back(gemm_adds_up_long_depths(device, o));
  tried.push_back(gemm_with_beta_zero_does_not_read_its_output(device, o));
  tried.push_back(the_same_product_has_the_same_bits(device, o));
}

}    // namespace contrastive::testing::laws_of_backends

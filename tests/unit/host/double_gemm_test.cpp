// SPDX-License-Identifier: MIT
// Products and systems in double, of every instruction set of this machine, against plain loops.
#include <contrastive/backend/cpu/kernels/double_gemm.hpp>
#include <contrastive/evaluate/solve/cholesky.hpp>
#include <contrastive/evaluate/solve/covariance.hpp>

#include <cmath>
#include <numeric>

#include "support/catch.hpp"
#include "support/every_set.hpp"
#include "support/golden.hpp"

using namespace contrastive;
using namespace contrastive::on_cpu;

namespace {

double worst(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

struct sizes {
  std::size_t m, n, depth;
};
constexpr sizes shapes[] = {{1, 4, 1},   {3, 12, 7},    {8, 12, 577}, {9, 24, 128}, {13, 28, 129},
                            {32, 44, 5}, {17, 16, 300}, {5, 8, 0},    {70, 36, 33}};

}    // namespace

TEST_CASE("products in double are those of plain loops, of a matrix and of its transpose, and write nothing else") {
  for_every_set([](isa set) {
    for (const auto [m, n, depth] : shapes)
      for (const bool transposed : {false, true}) {
        INFO(m << " × " << n << " × " << depth << (transposed ? ", transposed" : ""));
        const std::size_t gap = 3, a_row = transposed ? 1 : depth + gap, a_column = transposed ? m + gap : 1;
        const auto a = golden_numbers("a", (m + gap) * (depth + gap)), b = golden_numbers("b", (depth + 1) * (n + gap));
        const auto before = golden_numbers("c", m * (n + gap));
        auto found = before, expected = before;
        double_kernels_for(set).multiply(
            {m, n, depth, a.data(), a_row, a_column, b.data(), n + gap, found.data(), n + gap});
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t j = 0; j < n; ++j)
              expected[i * (n + gap) + j] += a[i * a_row + k * a_column] * b[k * (n + gap) + j];
        CHECK(worst(found, expected) < 1e-12);
      }
  });
}

TEST_CASE("a row of floats is standardized in double, of any length") {
  for_every_set([](isa set) {
    for (const std::size_t count : {1u, 3u, 8u, 13u, 64u, 65u}) {
      const auto numbers = golden_numbers("x", count), mean = golden_numbers("m", count),
                 scale = golden_numbers("s", count);
      const std::vector<float> x(numbers.begin(), numbers.end());
      std::vector<double> found(count + 1, 7.), expected(count + 1, 7.);
      double_kernels_for(set).standardize({x.data(), mean.data(), scale.data(), count, found.data()});
      for (std::size_t i = 0; i < count; ++i) expected[i] = (double(x[i]) - mean[i]) * scale[i];
      CHECK(worst(found, expected) < 1e-15);
    }
  });
}

TEST_CASE("sums of products are symmetric and those of plain loops; their systems are solved") {
  for (const std::size_t n : {1u, 5u, 31u, 32u, 33u, 70u, 97u}) {
    const std::size_t rows = 150, columns = 12;
    const auto x = golden_numbers("rows", rows * n);
    auto a = detail::sum_of_products(n, rows, [&](std::size_t r, std::span<double> to) {
      std::copy_n(x.begin() + std::ptrdiff_t(r * n), n, to.begin());
    });
    std::vector<double> expected(n * n);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) expected[i * n + j] += x[r * n + i] * x[r * n + j];
    INFO(n << " features");
    CHECK(worst(a, expected) < 1e-11);

    for (std::size_t i = 0; i < n; ++i) a[i * n + i] += 1;
    auto v = golden_numbers("right sides", n * columns);
    const auto right = v;
    detail::cholesky(a, n).solve(v.data(), columns);
    std::vector<double> back(n * columns);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t c = 0; c < columns; ++c) back[i * columns + c] += a[i * n + k] * v[k * columns + c];
    CHECK(worst(back, right) < 1e-10);
  }
}

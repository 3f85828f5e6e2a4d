// SPDX-License-Identifier: MIT
// Products of matrices with every instruction set of this machine, below the line.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/testing/backend_laws/reduce.hpp>

#include <cfenv>
#include <thread>

#include "support/catch.hpp"
#include "support/every_set.hpp"
#include "support/plain_convolution.hpp"
#include "support/watchdog.hpp"

using namespace contrastive;
using namespace contrastive::on_cpu;

namespace {

struct product {
  int m, n, depth;
  bool a_transposed = false, b_transposed = false;
  float alpha = 1, beta = 0;
};

struct operands {
  product p;
  numbers a, b, c;

  operands(const product& what, plain::random_numbers& random)
      : p(what),
        a(random.many(std::size_t(p.m * p.depth))),
        b(random.many(std::size_t(p.depth * p.n))),
        c(random.many(std::size_t(p.m * p.n))) {}

  std::size_t at_a(int i, int k) const { return std::size_t(p.a_transposed ? k * p.m + i : i * p.depth + k); }
  std::size_t at_b(int k, int j) const { return std::size_t(p.b_transposed ? j * p.depth + k : k * p.n + j); }

  std::vector<double> expected() const {
    std::vector<double> sums(c.size());
    for (int i = 0; i < p.m; ++i)
      for (int j = 0; j < p.n; ++j) {
        double& sum = sums[std::size_t(i * p.n + j)];
        for (int k = 0; k < p.depth; ++k) sum += double(a[at_a(i, k)]) * b[at_b(k, j)];
        sum = p.alpha * sum + (p.beta == 0 ? 0 : double(p.beta) * c[std::size_t(i * p.n + j)]);
      }
    return sums;
  }

  /// What a set makes of it; memory behind c and behind the packing buffers stays as it was.
  numbers found(isa set, workers& pool) {
    constexpr std::size_t behind = 256;
    const std::size_t packed = gemm_blocks::floats_per_thread * std::size_t(pool.threads());
    aligned_buffer memory((packed + behind) * sizeof(float));
    float* const buffer = reinterpret_cast<float*>(memory.data.get());
    numbers out = c;
    out.resize(c.size() + behind, 7.f);
    const auto view = [](float* data, int rows, int columns, bool transposed) {
      const matrix_operand<float*> v{data, transposed ? columns : rows, transposed ? rows : columns};
      return transposed ? transpose(v) : v;
    };
    gemm(pool, gemm_for(set), buffer, view(out.data(), p.m, p.n, false), view(a.data(), p.m, p.depth, p.a_transposed),
         view(b.data(), p.depth, p.n, p.b_transposed), p.alpha, p.beta);
    CHECK(std::all_of(out.end() - behind, out.end(), [](float v) { return v == 7.f; }));
    CHECK(std::all_of(buffer + packed, buffer + packed + behind, [](float v) { return v == 0.f; }));
    out.resize(c.size());
    return out;
  }
};

}    // namespace

TEST_CASE("cpu: products equal plain loops, in four transpositions, with alpha and beta, of every instruction set") {
  plain::random_numbers random{1};
  workers pool{2};
  for (int example = 0; example < 160; ++example) {
    const int most = example % 8 == 0 ? 420 : example % 2 ? 60 : 20;
    product p{random.from(1, most), random.from(1, most), random.from(1, most), bool(example & 1), bool(example & 2)};
    if (example % 3 == 1) p.alpha = -0.5f, p.beta = 1;
    if (example % 3 == 2) p.beta = 2;
    operands o(p, random);
    INFO(p.m << " × " << p.n << " × " << p.depth << (p.a_transposed ? ", a transposed" : "")
             << (p.b_transposed ? ", b transposed" : ""));
    const auto expected = o.expected();
    for_every_set([&](isa set) { CHECK(plain::error(o.found(set, pool), expected, p.depth + 1) <= 8); });
  }
}

TEST_CASE("cpu: a product's bits depend neither on threads nor on where a row or a column stands") {
  plain::random_numbers random{2};
  workers one{1}, three{3};
  for (const bool transposed : {false, true}) {
    operands whole({205, 230, 300, transposed, transposed}, random);
    for_every_set([&](isa set) {
      const numbers c = whole.found(set, one);
      CHECK(c == whole.found(set, three));
      const int first_row = 7, first_column = 13;
      operands part({205 - first_row, 230 - first_column, 300, transposed, transposed}, random);
      for (int k = 0; k < 300; ++k) {
        for (int i = 0; i < part.p.m; ++i) part.a[part.at_a(i, k)] = whole.a[whole.at_a(first_row + i, k)];
        for (int j = 0; j < part.p.n; ++j) part.b[part.at_b(k, j)] = whole.b[whole.at_b(k, first_column + j)];
      }
      const numbers d = part.found(set, one);
      int different = 0;
      for (int i = 0; i < part.p.m; ++i)
        for (int j = 0; j < part.p.n; ++j)
          different += d[std::size_t(i * part.p.n + j)] != c[std::size_t((i + first_row) * 230 + j + first_column)];
      CHECK(different == 0);
    });
  }
}

TEST_CASE("cpu: other caches told to Eigen change no bit of a product") {
  plain::random_numbers random{4};
  workers pool{1};
  operands o({200, 250, 700}, random);
  const numbers c = o.found(isa::portable, pool);
  const auto l1 = Eigen::l1CacheSize(), l2 = Eigen::l2CacheSize(), l3 = l2;
  for (const std::ptrdiff_t factor : {1, 16}) {
    Eigen::setCpuCacheSizes(8192 * factor, 65536 * factor, 262144 * factor);
    CHECK(o.found(isa::portable, pool) == c);
  }
  Eigen::setCpuCacheSizes(l1, l2, l3);
}

TEST_CASE("cpu: beta 0 does not read c") {
  plain::random_numbers random{3};
  workers pool{1};
  operands o({30, 50, 20}, random);
  const auto expected = o.expected();
  std::fill(o.c.begin(), o.c.end(), std::nanf(""));
  for_every_set([&](isa set) { CHECK(plain::error(o.found(set, pool), expected, 20) <= 8); });
}

TEST_CASE("cpu: three threads round as one does, though the caller rounds otherwise than when they were made") {
  plain::random_numbers random{5};
  workers one{1}, three{3};
  operands o({205, 230, 300}, random);
  for_every_set([&](isa set) {
    const numbers nearest = o.found(set, one);
    std::fesetround(FE_UPWARD);
    const numbers alone = o.found(set, one), shared = o.found(set, three);
    std::fesetround(FE_TONEAREST);
    CHECK((shared == alone));
    CHECK((alone != nearest));
    CHECK((o.found(set, three) == nearest));
  });
}

TEST_CASE("cpu: tasks multiply and add up on their device while another thread does the same") {
  using namespace contrastive::testing::laws_of_backends;
  const watchdog dog("a device that is used inside its tasks");
  cpu device{{.threads = 2}};
  const auto product_and_sum = [&device] {
    std::vector<float> a(64 * 64, 0.5f), c(64 * 64);
    device.gemm({c.data(), 64, 64}, {a.data(), 64, 64}, {a.data(), 64, 64}, 1, 0);
    const auto sums = fold_of<fold::sum>(device, {4, 5, 6, 7}, 8, 1);
    return std::pair(c, sums);
  };
  const auto alone = product_and_sum();
  CHECK(alone.first == std::vector<float>(64 * 64, 16.f));
  std::atomic<int> wrong = 0;
  std::thread outside([&] {
    for (int i = 0; i < 400; ++i) wrong += product_and_sum() != alone;
  });
  for (int i = 0; i < 100; ++i) device.pool.run(4, [&](int) { wrong += product_and_sum() != alone; });
  outside.join();
  CHECK(wrong == 0);
}

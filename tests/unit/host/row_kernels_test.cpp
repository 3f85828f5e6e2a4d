// SPDX-License-Identifier: MIT
// Batch-norm's loops over rows, of every instruction set of this machine, against plain loops in double.
#include <contrastive/backend/cpu/kernels/row_kernels.hpp>

#include "support/catch.hpp"
#include "support/every_set.hpp"
#include "support/plain_convolution.hpp"

using namespace contrastive::on_cpu;

namespace {

constexpr int before = 3, behind = 5;    // channels beside the strip, which nobody may touch

struct batch {
  row_strip strip;
  numbers x, y, dy, factors;

  batch(int rows, int count, plain::random_numbers& random, float center)
      : strip{rows, count, before + count + behind},
        x(random.many(std::size_t(rows) * std::size_t(strip.pitch))),
        y(random.many(x.size())),
        dy(random.many(x.size())),
        factors(random.many(4 * row_strip::most)) {
    for (float& v : x) v += center;
  }
  std::size_t at(int row, int channel) const { return std::size_t(row * strip.pitch + before + channel); }
  /// What `value(row, channel)` says in the strip and `other` elsewhere.
  std::vector<double> expected(const numbers& other, const auto& value) const {
    std::vector<double> all(other.begin(), other.end());
    for (int r = 0; r < strip.rows; ++r)
      for (int c = 0; c < strip.count; ++c) all[at(r, c)] = value(r, c);
    return all;
  }
  double sum(const auto& value) const {
    double sum = 0;
    for (int r = 0; r < strip.rows; ++r) sum += value(r);
    return sum;
  }
};

double worst(const auto& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(double(a[i]) - b[i]));
  return most;
}

template <class Check>
void for_every_batch(float center, const Check& check) {
  plain::random_numbers random{1};
  for (const auto& [rows, count] :
       {std::pair{1, 1}, {2, 32}, {15, 7}, {16, 16}, {17, 31}, {40, 4}, {129, 32}, {300, 9}}) {
    batch b(rows, count, random, center);
    INFO(rows << " rows of " << count);
    for_every_set([&](isa set) { check(b, row_kernels_for(set)); });
  }
}

}    // namespace

TEST_CASE("means and variances of channels are those of plain loops, also far from zero") {
  for (const float center : {0.f, 1000.f})
    for_every_batch(center, [&](batch& b, const row_kernels& kernels) {
      std::vector<double> mean(row_strip::most + 1, 7.), variance = mean;
      kernels.statistics(b.strip, b.x.data() + before, mean.data(), variance.data());
      for (int c = 0; c < b.strip.count; ++c) {
        const auto k = std::size_t(c);
        const double mu = b.sum([&](int r) { return double(b.x[b.at(r, c)]); }) / b.strip.rows;
        const double v = b.sum([&](int r) { return std::pow(double(b.x[b.at(r, c)]) - mu, 2); }) / b.strip.rows;
        CHECK(std::abs(mean[k] - mu) <= 1e-6);
        CHECK(std::abs(variance[k] - v) <= 1e-6);
      }
      CHECK((mean[std::size_t(b.strip.count)] == 7. && variance[std::size_t(b.strip.count)] == 7.));
    });
}

TEST_CASE("rows are normalized, and rectified, in their strip alone") {
  for (const bool relu : {false, true})
    for_every_batch(0, [&](batch& b, const row_kernels& kernels) {
      const float *mean = b.factors.data(), *scale = mean + row_strip::most, *shift = scale + row_strip::most;
      numbers y = b.y;
      kernels.normalize(b.strip, {b.x.data() + before, mean, scale, shift, y.data() + before, relu});
      CHECK(worst(y, b.expected(b.y, [&](int r, int c) {
              const double z = double(scale[c]) * (double(b.x[b.at(r, c)]) - double(mean[c])) + double(shift[c]);
              return relu ? std::max(0., z) : z;
            })) <= 1e-6);
    });
}

TEST_CASE("gradients behind batch-norm and relu are those of plain loops, and their sums") {
  for (const bool relu : {false, true})
    for_every_batch(0, [&](batch& b, const row_kernels& kernels) {
      const float* mean = b.factors.data();
      const auto dz = [&](int r, int c) { return relu && b.y[b.at(r, c)] <= 0 ? 0. : double(b.dy[b.at(r, c)]); };
      numbers found = b.dy;
      std::vector<double> sum(row_strip::most), product(row_strip::most);
      kernels.gradient(b.strip, {b.x.data() + before, relu ? b.y.data() + before : nullptr, mean, found.data() + before,
                                 sum.data(), product.data()});
      CHECK(worst(found, b.expected(b.dy, dz)) == 0);
      for (int c = 0; c < b.strip.count; ++c) {
        CHECK(std::abs(sum[std::size_t(c)] - b.sum([&](int r) { return dz(r, c); })) <= 2e-5);
        CHECK(std::abs(product[std::size_t(c)] -
                       b.sum([&](int r) { return dz(r, c) * (double(b.x[b.at(r, c)]) - double(mean[c])); })) <= 2e-5);
      }
    });
}

TEST_CASE("a gradient to the input is a · dz + b · (x − mean) + c, in its strip alone") {
  for_every_batch(0, [&](batch& b, const row_kernels& kernels) {
    const float *mean = b.factors.data(), *a = mean + row_strip::most, *slope = a + row_strip::most,
                *c = slope + row_strip::most;
    numbers dx = b.y;
    kernels.denormalize(b.strip, {b.dy.data() + before, b.x.data() + before, mean, a, slope, c, dx.data() + before});
    CHECK(worst(dx, b.expected(b.y, [&](int r, int k) {
            return double(a[k]) * double(b.dy[b.at(r, k)]) +
                   double(slope[k]) * (double(b.x[b.at(r, k)]) - double(mean[k])) + double(c[k]);
          })) <= 1e-6);
  });
}

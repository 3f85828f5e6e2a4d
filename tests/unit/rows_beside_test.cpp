// SPDX-License-Identifier: MIT
// Losses of rows beside other rows on every backend, against their definitions in plain double loops.
#include <contrastive/loss/info_nce.hpp>
#include <contrastive/loss/negative_cosine.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/testing/random.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

#include <cmath>

namespace ct = contrastive;
using numbers = std::vector<double>;
using catch_shim::Approx;

namespace {

constexpr int n = 5, d = 7, queue_rows = 9;
constexpr bool in_double = std::is_same_v<device::element, double>;
double bound(double of_float) { return in_double ? tolerance::golden_double_ill_conditioned : of_float; }

numbers unit_rows(numbers x, int width) {
  for (std::size_t r = 0; r < x.size(); r += std::size_t(width)) {
    double squares = 0;
    for (int c = 0; c < width; ++c) squares += x[r + std::size_t(c)] * x[r + std::size_t(c)];
    for (int c = 0; c < width; ++c) x[r + std::size_t(c)] /= std::sqrt(squares);
  }
  return x;
}
double dot(const numbers& a, int i, const numbers& b, int j) {
  double sum = 0;
  for (int c = 0; c < d; ++c) sum += a[std::size_t(i * d + c)] * b[std::size_t(j * d + c)];
  return sum;
}

/// Rows on the device, and what a loss needs beside them.
template <class Memory, int Numbers>
struct bench {
  using element = device::element;
  using rows = ct::tensor<device, ct::features<d>>;
  device& at = shared_device();
  ct::memory<device, ct::pack<rows, rows, rows, Memory>> held{at, std::size_t(n)};
  ct::memory<device, ct::pack<ct::chunk<device, ct::features<d>, queue_rows>,
                              ct::parameter<device, ct::per_channel<Numbers>, ct::role::running_mean>>>
      fixed{at, 0};
  ct::context<device, ct::training> ctx{at};

  void upload(auto to, const numbers& from) {
    const std::vector<element> values(from.begin(), from.end());
    at.upload(to, values.data(), values.size());
    at.finish();
  }
  numbers download(auto from, std::size_t count) {
    std::vector<element> values(count);
    at.download(values.data(), from, count);
    return {values.begin(), values.end()};
  }
  auto queue() { return part<0>(fixed.value).first(queue_rows); }
  auto figures() { return ct::detail::number_cells<decltype(part<1>(fixed.value).data)>{part<1>(fixed.value).data}; }
};
}    // namespace

TEST_CASE("info_nce is the cross-entropy of each row's key among the key and the queue") {
  const double tau = 0.2;
  const numbers q = unit_rows(ct::testing::normal_numbers(n * d, 1, 1), d),
                k = unit_rows(ct::testing::normal_numbers(n * d, 1, 2), d),
                u = unit_rows(ct::testing::normal_numbers(queue_rows * d, 1, 3), d);
  double loss = 0, hits = 0, alike = 0, unlike = 0;
  numbers gradient(std::size_t(n * d));
  for (int i = 0; i < n; ++i) {
    const double positive = dot(q, i, k, i);
    double total = std::exp(positive / tau), nearest = -2;
    for (int j = 0; j < queue_rows; ++j) {
      const double s = dot(q, i, u, j);
      total += std::exp(s / tau), nearest = std::max(nearest, s), unlike += s / (n * queue_rows);
    }
    loss += (std::log(total) - positive / tau) / n;
    hits += positive > nearest ? 1. / n : 0, alike += positive / n;
    for (int c = 0; c < d; ++c) {
      double& g = gradient[std::size_t(i * d + c)];
      g = (std::exp(positive / tau) / total - 1) * k[std::size_t(i * d + c)];
      for (int j = 0; j < queue_rows; ++j) g += std::exp(dot(q, i, u, j) / tau) / total * u[std::size_t(j * d + c)];
      g /= tau * n;
    }
  }

  bench<ct::info_nce::memory<device, d, queue_rows>, 4> b;
  auto &device_q = part<0>(b.held.value), &device_k = part<1>(b.held.value), &device_dq = part<2>(b.held.value);
  auto& memory = part<3>(b.held.value);
  b.upload(device_q.data, q), b.upload(device_k.data, k), b.upload(b.queue().data, u);
  ct::info_nce::evaluate(b.ctx, {.temperature = tau}, memory, b.figures(), device_q, device_k, b.queue(), device_dq);
  const auto found = b.download(part<1>(b.fixed.value).data, 4);
  CHECK(relative_difference(found[ct::info_nce::loss], loss) < bound(tolerance::loss));
  CHECK(found[ct::info_nce::accuracy] == Approx(hits).margin(tolerance::measures));
  CHECK(found[ct::info_nce::positive_similarity] == Approx(alike).margin(tolerance::measures));
  CHECK(found[ct::info_nce::negative_similarity] == Approx(unlike).margin(tolerance::measures));
  CHECK(relative_rms(b.download(device_dq.data, n * d), gradient) < bound(tolerance::gradient(tau)));
}

TEST_CASE("negative_cosine is minus the cosine of the angle to the target, and its gradient goes to the rows alone") {
  const numbers p = ct::testing::normal_numbers(n * d, 2, 1), t = ct::testing::normal_numbers(n * d, 2, 2);
  double value = 0;
  numbers gradient(std::size_t(n * d));
  for (int i = 0; i < n; ++i) {
    const double of_p = std::sqrt(dot(p, i, p, i)), of_t = std::sqrt(dot(t, i, t, i)),
                 cosine = dot(p, i, t, i) / (of_p * of_t);
    value -= cosine / n;
    for (int c = 0; c < d; ++c) {
      const auto at = std::size_t(i * d + c);
      gradient[at] = (p[at] / of_p * cosine - t[at] / of_t) / (of_p * n);
    }
  }

  bench<ct::negative_cosine::memory<device, d>, 2> b;
  auto &device_p = part<0>(b.held.value), &device_t = part<1>(b.held.value), &device_dp = part<2>(b.held.value);
  auto& memory = part<3>(b.held.value);
  b.upload(device_p.data, p), b.upload(device_t.data, t);
  ct::negative_cosine::evaluate(b.ctx, {}, memory, b.figures(), device_p, device_t, device_dp);
  CHECK(relative_difference(b.download(part<1>(b.fixed.value).data, 1)[0], value) < bound(tolerance::loss));
  CHECK(relative_rms(b.download(device_dp.data, n * d), gradient) < bound(tolerance::gradient(1)));
}

TEST_CASE("a row of zeros has cosine 0 and a gradient that is finite") {
  bench<ct::negative_cosine::memory<device, d>, 2> b;
  auto &device_p = part<0>(b.held.value), &device_t = part<1>(b.held.value), &device_dp = part<2>(b.held.value);
  auto& memory = part<3>(b.held.value);
  b.upload(device_p.data, numbers(n * d)), b.upload(device_t.data, ct::testing::normal_numbers(n * d, 2, 2));
  ct::negative_cosine::evaluate(b.ctx, {}, memory, b.figures(), device_p, device_t, device_dp);
  CHECK(b.download(part<1>(b.fixed.value).data, 1)[0] == 0);
  for (const double g : b.download(device_dp.data, n * d)) CHECK(std::isfinite(g));
}

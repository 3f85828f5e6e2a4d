// SPDX-License-Identifier: MIT
// Losses of two sets of rows on every backend: definitions in plain loops, both directions, finite differences, memory.
#include "support/two_sets.hpp"
#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

using namespace two_sets_support;

namespace {

constexpr bool in_double = std::is_same_v<device::element, double>;
double bound(double of_float) { return in_double ? tolerance::golden_double_ill_conditioned : of_float; }

double dot(const numbers& a, int i, const numbers& b, int j) {
  double sum = 0;
  for (int c = 0; c < d; ++c) sum += a[std::size_t(i * d + c)] * b[std::size_t(j * d + c)];
  return sum;
}

// ---- the definitions -----------------------------------------------------------------------------------------------

/// f(i, j, s) is ∂L/∂s_ij for the cosine s of a pair.
found with_slopes(const numbers& q, const numbers& k, const auto& f) {
  found all{.dq = numbers(q.size()), .dk = numbers(k.size())};
  const int m = int(q.size()) / d, n = int(k.size()) / d;
  for (int i = 0; i < m; ++i) {
    double nearest = -2;
    for (int j = 0; j < n; ++j) {
      const double s = dot(q, i, k, j), w = f(i, j, s);
      all.figure[i == j ? 1 : 2] += s / m / (i == j ? 1 : std::max(1, n - 1));
      if (i != j) nearest = std::max(nearest, s);
      for (int c = 0; c < d; ++c) {
        all.dq[std::size_t(i * d + c)] += w * k[std::size_t(j * d + c)];
        all.dk[std::size_t(j * d + c)] += w * q[std::size_t(i * d + c)];
      }
    }
    all.figure[0] += dot(q, i, k, i) > nearest + 1e-6 ? 1. / m : 0;
  }
  return all;
}
found info_nce_of(const numbers& q, const numbers& k, double tau) {
  const int m = int(q.size()) / d, n = int(k.size()) / d;
  numbers log_total(std::size_t(m), 0.);
  double value = 0;
  for (int i = 0; i < m; ++i) {
    double largest = -HUGE_VAL, sum = 0;
    for (int j = 0; j < n; ++j) largest = std::max(largest, dot(q, i, k, j) / tau);
    for (int j = 0; j < n; ++j) sum += std::exp(dot(q, i, k, j) / tau - largest);
    log_total[std::size_t(i)] = largest + std::log(sum);
    value += (log_total[std::size_t(i)] - dot(q, i, k, i) / tau) / m;
  }
  found all = with_slopes(q, k, [&](int i, int j, double s) {
    return (std::exp(s / tau - log_total[std::size_t(i)]) - (i == j)) / tau / m;
  });
  all.value = value;
  return all;
}
found sigmoid_of(const numbers& z, const numbers& w, double t, double b) {
  const int m = int(z.size()) / d;
  double value = 0, dt = 0, db = 0;
  found all = with_slopes(z, w, [&](int i, int j, double s) {
    const double minus_y = i == j ? -1 : 1, x = minus_y * (t * s + b);
    const double slope = minus_y / (1 + std::exp(-x)) / m;
    value += (std::max(x, 0.) + std::log1p(std::exp(-std::abs(x)))) / m;
    dt += slope * s, db += slope;
    return slope * t;
  });
  all.value = value, all.dt = dt, all.db = db;
  return all;
}

found info_nce_on_device(const numbers& q, const numbers& k, double tau, double weight = 1, bool twice = false) {
  return info_nce_on(shared_device(), q, k, tau, weight, twice);
}
found sigmoid_on_device(const numbers& z, const numbers& w, double t, double b, int memory_for = 1000) {
  return sigmoid_on(shared_device(), z, w, t, b, memory_for);
}

void check_equal(const found& here, const found& there, double of_gradient) {
  CHECK(relative_difference(here.value, there.value) <= bound(tolerance::loss));
  CHECK(relative_rms(here.dq, there.dq) <= bound(of_gradient));
  CHECK(relative_rms(here.dk, there.dk) <= bound(of_gradient));
  CHECK(max_abs_difference(here.figure, there.figure) <= bound(tolerance::measures));
  CHECK(relative_difference(here.dt, there.dt) <= bound(tolerance::sums));
  CHECK(relative_difference(here.db, there.db) <= bound(tolerance::sums));
}

}    // namespace

TEST_CASE("batch_info_nce is the cross-entropy of each row's key among all keys, in one strip and in several") {
  for (const auto& [m, n, tau] : {std::tuple{5, 5, 0.2}, {64, 64, 0.1}, {130, 151, 0.2}, {1, 1, 0.5}}) {
    INFO(m << " rows, " << n << " keys");
    const numbers q = unit_rows(m, 1), k = unit_rows(n, 2);
    check_equal(info_nce_on_device(q, k, tau), info_nce_of(q, k, tau), tolerance::gradient(tau));
  }
}

TEST_CASE("pairs of images and texts learn in both directions, each by its share") {
  const numbers image = unit_rows(70, 1), text = unit_rows(70, 2);
  const found one = info_nce_of(image, text, 0.2), other = info_nce_of(text, image, 0.2);
  const found both = info_nce_on_device(image, text, 0.2, 0.5, true);
  CHECK(relative_difference(both.value, (one.value + other.value) / 2) <= bound(tolerance::loss));
  numbers dq = one.dq, dk = one.dk;
  for (std::size_t i = 0; i < dq.size(); ++i) dq[i] = (dq[i] + other.dk[i]) / 2, dk[i] = (dk[i] + other.dq[i]) / 2;
  CHECK(relative_rms(both.dq, dq) <= bound(tolerance::gradient(0.2)));
  CHECK(relative_rms(both.dk, dk) <= bound(tolerance::gradient(0.2)));
}

TEST_CASE("the sigmoid loss has the value and the gradients of its definition, for t and b too") {
  for (const auto& [m, n, t, b] : {std::tuple{5, 5, 10., -10.}, {70, 70, 4., 1.}, {130, 151, 20., -12.}}) {
    INFO(m << " rows beside " << n);
    const numbers z = unit_rows(m, 1), w = unit_rows(n, 2);
    check_equal(sigmoid_on_device(z, w, t, b), sigmoid_of(z, w, t, b), tolerance::gradient(1 / t));
  }
}

TEST_CASE("losses of two sets: gradients are those of finite differences, in double") {
  if (!in_double) return;
  numbers q = unit_rows(66, 1), k = unit_rows(67, 2);
  const double step = 1e-5;
  const auto info = [&] { return info_nce_on_device(q, k, 0.3); };
  const auto sigmoid = [&](double t = 3, double b = -2) { return sigmoid_on_device(q, k, t, b); };
  const auto check = [&](const auto& evaluate, double& at, double slope) {
    const double before = at;
    at = before + step;
    const double above = evaluate().value;
    at = before - step;
    CHECK(std::abs((above - evaluate().value) / (2 * step) - slope) <= tolerance::finite_differences);
    at = before;
  };
  const found by_info = info(), by_sigmoid = sigmoid();
  for (const std::size_t i : {0u, 7u, 200u, 326u}) {
    check(info, q[i], by_info.dq[i]), check(info, k[i], by_info.dk[i]);
    check(sigmoid, q[i], by_sigmoid.dq[i]), check(sigmoid, k[i], by_sigmoid.dk[i]);
  }
  double t = 3, b = -2;
  const auto of_line = [&] { return sigmoid(t, b); };
  check(of_line, t, by_sigmoid.dt), check(of_line, b, by_sigmoid.db);
}

TEST_CASE("losses of two sets equal PyTorch on golden values") {
  const golden file = golden("two_sets");
  const auto of = [&](const std::string& name) {
    const golden part = file.of(name);
    found all{part.number("value"), part["q_gradient"].values, part["k_gradient"].values, {}, 0, 0};
    if (part.contains("t_gradient")) all.dt = part.number("t_gradient"), all.db = part.number("b_gradient");
    return all;
  };
  const auto check = [](const found& here, found there) {
    there.figure = here.figure;
    check_equal(here, there, tolerance::gradient(0.1));
  };
  for (const std::string name : {"n6", "n67"}) {
    const numbers q = file[name + "/q"].values, k = file[name + "/k"].values;
    check(info_nce_on_device(q, k, 0.2), of(name + "_info_nce"));
    check(info_nce_on_device(q, k, 0.1, 0.5, true), of(name + "_both_directions"));
    check(sigmoid_on_device(q, k, 10, -10), of(name + "_sigmoid"));
  }
}

TEST_CASE("rows alike show no accuracy, long rows and zeros leave everything finite, and what is no number shows") {
  const numbers same(70 * d, 1 / std::sqrt(double(d))), zeros(70 * d, 0.);
  const found alike = info_nce_on_device(same, same, 0.1);
  CHECK(relative_difference(alike.value, std::log(70.)) <= bound(tolerance::loss));
  CHECK(alike.figure[0] == 0);
  CHECK(relative_difference(info_nce_on_device(zeros, zeros, 0.1).value, std::log(70.)) <= bound(tolerance::loss));
  CHECK(relative_difference(sigmoid_on_device(zeros, zeros, 10, -10).value, sigmoid_of(zeros, zeros, 10, -10).value) <=
        bound(tolerance::loss));
  numbers longer = unit_rows(70, 1);
  for (double& v : longer) v *= 1e4;
  for (const found& f : {info_nce_on_device(longer, longer, 0.1), sigmoid_on_device(longer, longer, 10, -10)}) {
    CHECK(std::isfinite(f.value));
    for (const double g : f.dq) CHECK(std::isfinite(g));
  }
  longer[3] = std::nan("");
  CHECK(!std::isfinite(info_nce_on_device(longer, longer, 0.1).value));
  CHECK(!std::isfinite(sigmoid_on_device(longer, longer, 10, -10).value));
}

TEST_CASE("losses of two sets have the same bits again, and refuse rows that have no own, or no memory") {
  const numbers q = unit_rows(70, 1), k = unit_rows(70, 2), few = unit_rows(3, 3);
  const found one = info_nce_on_device(q, k, 0.1), again = info_nce_on_device(q, k, 0.1);
  CHECK(one.value == again.value);
  CHECK(one.dq == again.dq);
  CHECK(sigmoid_on_device(q, k, 10, -10).dk == sigmoid_on_device(q, k, 10, -10).dk);
  CHECK_THROWS_AS(info_nce_on_device(q, few, 0.1), ct::argument_error);
  CHECK_THROWS_AS(info_nce_on_device(q, k, 0), ct::argument_error);
  CHECK_THROWS_AS(sigmoid_on_device(q, few, 10, -10), ct::argument_error);
  CHECK_THROWS_AS(sigmoid_on_device(q, k, 10, -10, 69), ct::argument_error);
}

TEST_CASE("the memory of losses of two sets is linear in the rows: less than one copy of the embeddings") {
  constexpr std::size_t element = sizeof(device::element);
  using of_info = ct::memory<device, ct::batch_info_nce::memory<device, 128>>;
  using of_sigmoid = ct::memory<device, ct::sigmoid_loss::memory<device, 128>>;
  STATIC_REQUIRE(of_info::size.row < 128 * element);
  STATIC_REQUIRE(of_sigmoid::size.row < 128 * element);
}

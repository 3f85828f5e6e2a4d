// SPDX-License-Identifier: MIT
// Losses that compare the views of a sample otherwise than NT-Xent: their laws, golden values, directions, bad input.
#include <contrastive/loss/barlow_twins.hpp>
#include <contrastive/loss/sigreg.hpp>
#include <contrastive/loss/vicreg.hpp>
#include <contrastive/testing/loss_laws.hpp>

#include <complex>
#include <numeric>
#include <string>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::judged;
using numbers = std::vector<double>;

namespace {

constexpr int width = 5;    // numbers of a row, as the golden ones have
using few_slices = ct::lejepa<24>;

double bound(double of_float, double of_double) {
  return std::is_same_v<device::element, double> ? of_double : of_float;
}

template <class L>
ct::testing::loss_trial<device, L, width> trial_of(int rows) {
  return {shared_device(), rows};
}
template <class L>
judged judge(const numbers& z, int views, const typename L::config& c) {
  return trial_of<L>(int(z.size()) / width)(z, {}, views, c);
}

template <class L>
void equals_golden(const std::string& name, const typename L::config& c) {
  INFO(name);
  const golden all{"view_losses"}, expected = all.of(name);
  const auto found = judge<L>(all["z"].values, 2, c);
  CHECK(relative_difference(found.report.value, expected.number("value")) <=
        bound(tolerance::loss, tolerance::golden_double));
  CHECK(relative_rms(found.gradient, expected["gradient"].values) <=
        bound(tolerance::gradient(0.1), tolerance::golden_double));
}

}    // namespace

TEMPLATE_TEST_CASE("a loss of views obeys the laws of losses", "", ct::barlow_twins, ct::vicreg, few_slices) {
  for (const auto& law : ct::testing::loss_laws<TestType, width>(shared_device(), {}, {.samples = 20})) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

TEST_CASE("losses of views equal PyTorch: value and gradient") {
  equals_golden<ct::barlow_twins>("barlow_twins", {});
  equals_golden<ct::barlow_twins>("barlow_twins_lightly", {.lambda = 5e-3});
  equals_golden<ct::vicreg>("vicreg", {});
}

// ---- directions ---------------------------------------------------------------------------------------------------------

namespace {

template <class T>
numbers downloaded(const T& operand) {
  std::vector<device::element> values(operand.size());
  shared_device().download(values.data(), operand.data, values.size());
  shared_device().finish();
  return {values.begin(), values.end()};
}
void upload(const auto& to, const numbers& from) {
  const std::vector<device::element> values(from.begin(), from.end());
  shared_device().upload(to.data, values.data(), values.size());
  shared_device().finish();
}

/// Directions as their address says, in double: (A, d).
numbers directions_at(ct::random_key key, std::size_t slices) {
  numbers all;
  const auto uniform = [&](std::uint32_t place, std::size_t r, std::size_t i) {
    auto random = key.stream(ct::purpose::slices, place, key.row + std::uint32_t(r));
    std::uint32_t word = 0;
    for (std::size_t k = 0; k <= i; ++k) word = random.next_u32();
    return double(word >> 8) * 0x1p-24;
  };
  for (std::size_t r = 0; r < slices; ++r)
    for (std::size_t i = 0; i < width; ++i)
      all.push_back(std::sqrt(-2 * std::log(1 - uniform(key.layer, r, i))) *
                    std::cos(6.283185307179586 * uniform(key.layer + 1, r, i)));
  for (auto row = all.begin(); row != all.end(); row += width) {
    const double length = std::sqrt(std::inner_product(row, row + width, row, 0.));
    for (auto x = row; x != row + width; ++x) *x /= length;
  }
  return all;
}

/// The definition of LeJEPA in plain loops.
double plain_lejepa(const numbers& z, int views, const numbers& directions, double lambda) {
  const std::size_t rows = z.size() / width, n = rows / std::size_t(views), slices = directions.size() / width;
  double statistic = 0, apart = 0;
  for (std::size_t first = 0; first < rows; first += n)
    for (std::size_t a = 0; a < slices; ++a)
      for (int k = 0; k < 17; ++k) {
        const double t = 3. / 16 * k, normal = std::exp(-t * t / 2), step = (k % 16 ? 2 : 1) * 3. / 16;
        std::complex<double> mean = 0;
        for (std::size_t i = first; i < first + n; ++i) {
          const double along = std::inner_product(&z[i * width], &z[i * width] + width, &directions[a * width], 0.);
          mean += std::polar(1. / double(n), t * along);
        }
        statistic += double(n) / double(views) / double(slices) * step * normal * std::norm(mean - normal);
      }
  for (std::size_t i = 0; i < n * width; ++i) {
    double center = 0;
    for (std::size_t v = 0; v < std::size_t(views); ++v) center += z[v * n * width + i] / views;
    for (std::size_t v = 0; v < std::size_t(views); ++v) apart += std::pow(z[v * n * width + i] - center, 2);
  }
  return lambda * statistic + (1 - lambda) * apart / double(z.size());
}

}    // namespace

TEST_CASE("sigreg on given directions equals PyTorch: value and gradient") {
  using slices = ct::sigreg<3>;
  using rows = ct::tensor<device, ct::features<width>>;
  using number = ct::parameter<device, ct::per_channel<1>, ct::role::running_mean>;
  const golden all{"view_losses"};
  for (const auto& [name, views] : {std::pair{"sigreg_views", 2}, {"sigreg_stacked", 1}}) {
    INFO(name);
    ct::memory<device, ct::pack<rows, rows, number, slices::memory<device, width>>> memory(shared_device(), 12);
    auto &z = ct::part<0>(memory.value), &dz = ct::part<1>(memory.value);
    auto& value = ct::part<2>(memory.value);
    auto& m = ct::part<3>(memory.value);
    ct::context<device, ct::training> ctx{shared_device()};
    upload(ct::operand_of(z), all["z"].values);
    upload(m.directions.first(3), all["slices"].values);
    map(ctx, dz, 0.);
    slices::evaluate(ctx, m, value, 17, 3., z, views, 1., dz);
    CHECK(relative_difference(downloaded(ct::operand_of(value))[0], all.of(name).number("value")) <=
          bound(tolerance::loss, tolerance::golden_double));
    CHECK(relative_rms(downloaded(ct::operand_of(dz)), all.of(name)["gradient"].values) <=
          bound(tolerance::gradient(1), tolerance::golden_double));
  }
}

TEST_CASE("directions are unit rows that follow from seed, step and place, the same on every device") {
  using slices = ct::sigreg<300>;
  ct::memory<device, ct::pack<slices::memory<device, width>>> memory(shared_device(), 1);
  auto& m = ct::part<0>(memory.value);
  const auto drawn = [&](ct::random_key key) {
    ct::context<device, ct::training> ctx{shared_device(), key};
    slices::draw(ctx, m);
    return downloaded(m.directions.first(300));
  };
  const ct::random_key key{.seed = 5, .epoch = 7, .layer = 1024};
  const auto first = drawn(key);
  CHECK(max_abs_difference(first, directions_at(key, 300)) <= bound(tolerance::sums, tolerance::golden_double));
  CHECK(drawn(key) == first);
  for (const ct::random_key other : {ct::random_key{6, 7, 1024}, {5, 8, 1024}, {5, 7, 2048}})
    CHECK(max_abs_difference(drawn(other), first) > 0.5);
  for (int i = 0; i < width; ++i) {    // no side of the sphere is preferred: Σ of 300 numbers of variance 1/5
    double sum = 0;
    for (std::size_t r = 0; r < 300; ++r) sum += first[r * width + std::size_t(i)];
    CHECK(std::abs(sum) < 4 * std::sqrt(300. / width));
  }
}

TEST_CASE("lejepa is its definition for two and three views, its directions drawn by the key") {
  for (const int views : {2, 3}) {
    const auto z = ct::testing::normal_numbers(std::size_t(views * 7 * width), 3);
    const double expected = plain_lejepa(z, views, directions_at({}, 24), 0.3);
    CHECK(relative_difference(judge<few_slices>(z, views, {.lambda = 0.3}).report.value, expected) <=
          bound(tolerance::loss, tolerance::golden_double));
  }
}

// ---- figures and bad input ----------------------------------------------------------------------------------------------

TEST_CASE("the figures of a loss of views add up to it") {
  const auto z = ct::testing::normal_numbers(20 * width, 4);
  const auto sum = [](const ct::loss_report& r) {
    double all = 0;
    for (const auto& f : r.figures) all += f.value;
    return all - r.value;
  };
  CHECK(std::abs(sum(judge<ct::barlow_twins>(z, 2, {}).report)) < 1e-12);
  CHECK(std::abs(sum(judge<ct::vicreg>(z, 2, {}).report)) < 1e-12);
  const auto report = judge<few_slices>(z, 2, {.lambda = 0.25}).report;
  CHECK(std::abs(0.25 * report.figures["sigreg"] + 0.75 * report.figures["prediction"] - report.value) < 1e-12);
}

TEST_CASE("bad input to a loss of views gets one clear error") {
  const auto z = ct::testing::normal_numbers(12 * width, 4), one = ct::testing::normal_numbers(2 * width, 4);
  const auto refusal = [](auto&& act) -> std::string {
    try {
      act();
    } catch (const ct::argument_error& problem) {
      return problem.what();
    }
    return "nothing was thrown";
  };
  CHECK(refusal([&] { judge<ct::barlow_twins>(z, 1, {}); }) ==
        "barlow_twins compares two views of each sample; this batch of 12 rows has 1");
  CHECK(refusal([&] { judge<ct::vicreg>(z, 3, {}); }) ==
        "vicreg compares two views of each sample; this batch of 12 rows has 3");
  CHECK(refusal([&] { judge<few_slices>(z, 1, {}); }) ==
        "lejepa compares the views of a sample: it needs at least 2 of them; this batch of 12 rows has 1");
  const std::string alone = " looks at how features vary over a batch: it needs at least 2 samples";
  CHECK(refusal([&] { judge<ct::barlow_twins>(one, 2, {}); }) == "barlow_twins" + alone);
  CHECK(refusal([&] { judge<ct::vicreg>(one, 2, {}); }) == "vicreg" + alone);
  CHECK(refusal([&] { judge<few_slices>(one, 2, {}); }) == "lejepa" + alone);
  CHECK(refusal([&] { judge<ct::barlow_twins>(z, 2, {.lambda = -1}); }) ==
        "barlow_twins' lambda must be a number from 0 on; it is -1.000000");
  CHECK(refusal([&] { judge<ct::barlow_twins>(z, 2, {.epsilon = std::nan("")}); }) ==
        "barlow_twins' epsilon must be a number from 0 on; it is nan");
  CHECK(refusal([&] { judge<ct::vicreg>(z, 2, {.covariance = HUGE_VAL}); }) ==
        "vicreg's covariance must be a number from 0 on; it is inf");
  CHECK(refusal([&] { judge<ct::vicreg>(z, 2, {.epsilon = 0}); }) ==
        "vicreg's epsilon must be a number above 0; it is 0.000000");
  CHECK(refusal([&] { judge<few_slices>(z, 2, {.lambda = 1.5}); }) ==
        "lejepa's lambda must be between 0 and 1; it is 1.500000");
  CHECK(refusal([&] { judge<few_slices>(z, 2, {.knots = 1}); }) ==
        "lejepa integrates from 0 to t_max, a number above 0, on at least 2 knots; they are 3.000000 and 1");
}

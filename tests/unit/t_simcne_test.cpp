// SPDX-License-Identifier: MIT
// A loss of maps, t-SimCNE, on every backend: the laws of losses, golden values, near points of a wide map, bad rows.
#include <contrastive/loss/t_simcne.hpp>
#include <contrastive/testing/loss_laws.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/map_loss.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::judged;
using numbers = std::vector<double>;

namespace {

constexpr int width = 2;
constexpr bool in_double = std::is_same_v<device::element, double>;
double bound(double of_float, double of_double) { return in_double ? of_double : of_float; }

template <int D = width>
judged judge(const numbers& z, int views = 2) {
  return ct::testing::loss_trial<device, ct::t_simcne, D>(shared_device(), int(z.size()) / D)(z, {}, views, {});
}

/// Rows of a map of some extent about some place; the second view lies near the first.
numbers map_of(int samples, double extent, double apart, double away, std::size_t d = width) {
  numbers z = ct::testing::normal_numbers(std::size_t(samples) * d, 1),
          noise = ct::testing::normal_numbers(z.size(), 2);
  for (double& v : z) v = double(float(away + extent * v));
  for (std::size_t i = 0; i < noise.size(); ++i) z.push_back(double(float(z[i] + apart * noise[i])));
  return z;
}

template <int D>
void equals_definition(const numbers& z, int views, double tolerance_of_gradient) {
  const judged found = judge<D>(z, views), expected = defined_t_simcne(z, D, views);
  CHECK(relative_difference(found.report.value, expected.report.value) <=
        bound(tolerance::loss, tolerance::golden_double_ill_conditioned));
  CHECK(relative_rms(found.gradient, expected.gradient) <=
        bound(tolerance_of_gradient, tolerance::golden_double_ill_conditioned));
}

}    // namespace

TEST_CASE("a loss of maps obeys the laws of losses") {
  for (const auto& law : ct::testing::loss_laws<ct::t_simcne, width>(shared_device(), {})) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

TEST_CASE("t-SimCNE has the value and gradient of its definition, also of near points in a wide map") {
  equals_definition<width>(map_of(100, 1, 0.1, 0), 2, tolerance::gradient(1));
  equals_definition<width>(map_of(100, 100, 1e-3, 0), 2, tolerance::gradient(1));
  equals_definition<width>(map_of(99, 3, 0.5, 0), 3, tolerance::gradient(1));
  equals_definition<16>(map_of(40, 1, 0.1, 0, 16), 2, tolerance::gradient(1));
}

template <int D>
void equals_golden(const char* name) {
  INFO(name);
  const golden file = golden("t_simcne").of(name);
  const auto [report, gradient] = judge<D>(file["z"].values, int(file.number("views")));
  const double of_value = bound(tolerance::loss, tolerance::golden_double);
  CHECK(relative_difference(report.value, file.number("value")) <= of_value);
  CHECK(relative_difference(report.chance_level, file.number("chance")) <= of_value);
  CHECK(relative_rms(gradient, file["z_gradient"].values) <= bound(tolerance::gradient(1), tolerance::golden_double));
  for (const char* figure : {"accuracy", "positive_similarity", "negative_similarity"})
    CHECK(std::abs(report.figures[figure] - file.number(figure)) <=
          bound(tolerance::measures, tolerance::golden_double));
}

TEST_CASE("t-SimCNE equals PyTorch on golden values") {
  equals_golden<5>("waves");
  for (const char* name : {"n5_v2_d2", "n4_v3_d2", "n51_v2_d2"}) equals_golden<2>(name);
}

TEST_CASE("where rows coincide or are zeros the gradient is zero; what is too far or no number makes no finite value") {
  const auto zeros = judge(numbers(40, 0.));
  CHECK(relative_difference(zeros.report.value, std::log(19.)) <= bound(tolerance::loss, tolerance::golden_double));
  CHECK(zeros.report.figures["positive_similarity"] == 1);
  CHECK(zeros.gradient == numbers(40, 0.));
  CHECK(judge(numbers(40, 7.25)).gradient == numbers(40, 0.));
  auto z = map_of(10, 1, 0.1, 0);
  z[3] = 1e30;
  if (!in_double) CHECK(!std::isfinite(judge(z).report.value));
  z[3] = 1e9;
  equals_definition<width>(z, 2, tolerance::gradient(1));
}

TEST_CASE("the memory of a loss of maps is linear in the rows") {
  using pass = ct::loss_pass<device, ct::t_simcne, ct::features<128>>;
  constexpr std::size_t element = sizeof(device::element);
  STATIC_REQUIRE(pass::size().row < 128 * element);
  STATIC_REQUIRE(pass::size().fixed < 2 * 64 * 128 * element + 4096);
}

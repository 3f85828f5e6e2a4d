// SPDX-License-Identifier: MIT
// Laws of the losses, a user's too, on every backend: finite differences, the reference, symmetries, nets, memory.
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/testing/loss_laws.hpp>
#include <contrastive/testing/trial.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using numbers = std::vector<double>;

namespace {

/// A loss of a user, with functions of the similarity and numbers of its own (after Wang et al. 2019, multi-similarity).
struct multi_similarity {
  struct config {
    double temperature = 1, attraction = 2, repulsion = 8, margin = 0.5;
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...);
      f("attraction", c.attraction...);
      f("repulsion", c.repulsion...);
      f("margin", c.margin...);
    }
  };
  static constexpr bool needs_labels = true;
  static auto anchor(const auto& pairs, const config& c) {
    return 1 / c.attraction * log_sum_exp(pairs.positives(c.attraction * (c.margin - pairs.s))) +
           1 / c.repulsion * log_sum_exp(pairs.negatives(c.repulsion * (pairs.s - c.margin))) +
           0.1 * sum(pairs.negatives(square(maximum(pairs.s, 0))));
  }
};

constexpr int width = 8;

double bound(double of_float, double of_double) {
  return std::is_same_v<device::element, double> ? of_double : of_float;
}

}    // namespace

TEMPLATE_TEST_CASE("every loss, a user's too, obeys the laws of losses", "", ct::nt_xent, ct::sup_con, ct::sup_con_in,
                   ct::cross_entropy, multi_similarity) {
  for (const auto& law : ct::testing::loss_laws<TestType, width>(shared_device(), {})) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

TEST_CASE("a loss of pairs does not change when all embeddings are reflected; its gradient is reflected too") {
  auto u = ct::testing::normal_numbers(100 * width, 2);
  ct::testing::detail::normalize_rows(u, width);
  const auto axis = ct::testing::normal_numbers(width, 3);
  const auto reflected = [&](numbers rows) {
    for (std::size_t i = 0; i < rows.size(); i += width) {
      double along = 0, square = 0;
      for (std::size_t k = 0; k < width; ++k) along += rows[i + k] * axis[k], square += axis[k] * axis[k];
      for (std::size_t k = 0; k < width; ++k) rows[i + k] -= 2 * along / square * axis[k];
    }
    return rows;
  };
  ct::testing::loss_trial<device, ct::nt_xent, width> trial(shared_device(), 100);
  const auto judge = [&](const numbers& rows) { return trial(rows, {}, 2, {}); };
  const auto found = judge(u), turned = judge(reflected(u));
  CHECK(relative_difference(turned.report.value, found.report.value) <=
        bound(tolerance::loss, tolerance::golden_double));
  CHECK(relative_rms(turned.gradient, reflected(found.gradient)) <=
        bound(tolerance::gradient(0.5), tolerance::golden_double));
}

TEST_CASE("a loss of several strips inside a net: gradients of its parameters are those of finite differences") {
  using net = ct::sequential<ct::linear<12>, ct::relu, ct::linear<width>, ct::l2_normalize>;
  const int samples = 70;
  const auto x = ct::testing::normal_numbers(2 * samples * 6, 3);
  const auto gradients = [&](auto& on) {
    using D = std::remove_reference_t<decltype(on)>;
    ct::testing::trial<D, net, ct::features<6>> t(on, 2 * samples);
    ct::testing::loss_trial<D, ct::nt_xent, width> loss(on, 2 * samples);
    t.backward(loss(t.forward(x), {}, 2, {.temperature = 0.2}).gradient);
    return t.gradients();
  };
  ct::reference oracle;
  const auto expected = gradients(oracle), found = gradients(shared_device());
  ct::testing::trial<ct::reference, net, ct::features<6>> t(oracle, 2 * samples);
  ct::testing::loss_trial<ct::reference, ct::nt_xent, width> loss(oracle, 2 * samples);
  const auto value = [&] { return loss.value(t.forward(x), {}, 2, {.temperature = 0.2}).value; };
  const auto parameters = t.parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    INFO(parameters[p].first);
    CHECK(relative_rms(found[p].second, expected[p].second) <= bound(tolerance::block_float, 0));
    for (const std::size_t k : ct::testing::some_places(6, parameters[p].second.size(), 1)) {
      auto moved = parameters[p].second;
      moved[k] += 1e-5;
      t.set(parameters[p].first, moved);
      const double above = value();
      moved[k] -= 2e-5;
      t.set(parameters[p].first, moved);
      CHECK(std::abs((above - value()) / 2e-5 - expected[p].second[k]) <= tolerance::finite_differences_of_net);
    }
    t.set(parameters[p].first, parameters[p].second);
  }
}

TEST_CASE("the memory of a loss is linear in the rows: less than one copy of the embeddings") {
  using pass = ct::loss_pass<device, ct::nt_xent, ct::features<128>>;
  constexpr std::size_t element = sizeof(device::element);
  STATIC_REQUIRE(pass::size().row < 128 * element);
  STATIC_REQUIRE(pass::size().fixed < 64 * 128 * element + 4096);
}

// SPDX-License-Identifier: MIT
// The CPU's engine of pair losses against the reference in double, for every instruction set that this machine can run.
#include <contrastive/cpu.hpp>
#include <contrastive/loss/dcl.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/testing/loss_laws.hpp>

#include <cstdint>
#include <cstdlib>

#include "support/catch.hpp"
#include "support/figures.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::on_cpu::isa;
using ct::testing::judged;
using numbers = std::vector<double>;
using labels_of_rows = std::vector<std::int32_t>;

namespace {

constexpr int width = 37;    // numbers of a row, which then ends inside a vector

/// A loss of a user with functions of s, sums and two exponentials.
struct multi_similarity {
  struct config {
    double temperature = 1, attraction = 2, repulsion = 8, margin = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
  static constexpr bool needs_labels = true;
  static auto anchor(const auto& pairs, const config& c) {
    return 1 / c.attraction * log_sum_exp(pairs.positives(c.attraction * (c.margin - pairs.s))) +
           1 / c.repulsion * log_mean_exp(pairs.negatives(c.repulsion * (pairs.s - c.margin))) +
           0.1 * sum(pairs.negatives(square(maximum(pairs.s, 0))));
  }
};

/// A function that no vector knows: this loss keeps the engine of verbs (whose laws are loss_laws_test's).
struct half_of {
  static auto of(auto a) { return a / 2; }
};
struct with_own_function {
  struct config {
    double temperature = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
  static constexpr bool needs_labels = false;
  static auto anchor(const auto& pairs) {
    const auto half = ct::detail::make<half_of>(ct::expression_of(pairs.s));
    return log_sum_exp(pairs.all) - mean(pairs.positives(where_greater(half, -9, pairs.s)));
  }
};

template <class L>
constexpr bool served =
    std::is_same_v<typename ct::detail::pairwise<L>::template engine<ct::cpu>, ct::on_cpu::pair_engine<L>>;
static_assert(served<ct::nt_xent> && served<ct::sup_con> && served<ct::sup_con_in> && served<ct::dclw> &&
              served<multi_similarity>);
static_assert(!served<with_own_function>);

struct example {
  int rows, views, classes;
  double temperature, noise;
};
std::ostream& operator<<(std::ostream& to, const example& e) {
  return to << e.rows << " rows, " << e.views << " views, " << e.classes << " classes, temperature " << e.temperature
            << ", noise " << e.noise;
}

/// Unit rows about their class's center (all alike without noise).
numbers rows_of(const example& e, const labels_of_rows& ids, std::uint64_t seed, std::size_t size = width) {
  auto z = ct::testing::normal_numbers(ids.size() * size, seed, 1);
  const auto centers = ct::testing::normal_numbers(1000 * size, seed, 2);
  for (std::size_t i = 0; i < z.size(); ++i)
    z[i] = e.noise * z[i] + centers[std::size_t(ids[i / size]) % 1000 * size + i % size];
  ct::testing::detail::normalize_rows(z, size);
  return z;
}
labels_of_rows labels_of(const example& e, bool classes, std::uint64_t seed) {
  labels_of_rows ids;
  for (int i = 0; i < e.rows; ++i) ids.push_back(i % (e.rows / e.views));
  if (classes)
    for (auto& id : ids) id = std::int32_t((std::uint64_t(id) * 2654435761u + seed) % std::uint64_t(e.classes));
  return ids;
}

/// check(device) for every instruction set that this machine can run.
void for_every_set(const auto& check) {
  for (const isa set : {isa::portable, isa::avx2, isa::avx512}) {
    if (set > ct::on_cpu::best_isa()) continue;
    INFO(ct::on_cpu::name_of(set));
    ct::cpu device{{.threads = 2, .instructions = set}};
    check(device);
  }
}

void check_equal(const judged& found, const judged& expected, double temperature, int rows) {
  CHECK(std::abs(found.report.value - expected.report.value) <=
        std::max(tolerance::loss * std::abs(expected.report.value), tolerance::loss_of_rounded(temperature)));
  CHECK(relative_difference(found.report.chance_level, expected.report.chance_level) <= tolerance::loss);
  CHECK(figure_difference(found.report.figures, expected.report.figures) <= tolerance::measures);
  CHECK(found.report.anchors_without_positives == expected.report.anchors_without_positives);
  double size = 0, error = 0;
  for (std::size_t i = 0; i < expected.gradient.size(); ++i) {
    size += expected.gradient[i] * expected.gradient[i];
    error += (found.gradient[i] - expected.gradient[i]) * (found.gradient[i] - expected.gradient[i]);
  }
  // where attraction and repulsion cancel, errors are relative to one of them: 1/(n·τ) for each of n rows
  const double pull = 1 / temperature / std::sqrt(double(rows));
  CHECK(std::sqrt(error) <= tolerance::gradient(temperature) * std::max(std::sqrt(size), pull));
}

template <class L, int D = width>
void equals_reference(const example& e, std::uint64_t seed) {
  INFO(e << ", " << D << " numbers");
  const typename L::config c{.temperature = e.temperature};
  const auto labels = labels_of(e, L::needs_labels, seed);
  const auto z = rows_of(e, labels, seed, D);
  ct::reference oracle;
  const auto expected = ct::testing::loss_trial<ct::reference, L, D>(oracle, e.rows)(z, labels, e.views, c);
  for_every_set([&](ct::cpu& device) {
    ct::testing::loss_trial<ct::cpu, L, D> trial(device, e.rows);
    const auto found = trial(z, labels, e.views, c);
    check_equal(found, expected, e.temperature, e.rows);
    CHECK(trial.value(z, labels, e.views, c).value == found.report.value);
  });
}

const bool wide = std::getenv("CONTRASTIVE_WIDE") != nullptr;

template <class L>
void equals_reference_on_examples() {
  for (const example& e : {example{2, 2, 1, 0.5, 1.},
                           {3, 3, 2, 0.1, 1.},
                           {14, 2, 3, 0.05, 0.7},
                           {66, 2, 1000, 0.5, 0.7},
                           {130, 2, 1, 0.02, 0.3},
                           {202, 2, 10, 0.01, 0.5}})
    equals_reference<L>(e, 1);
  equals_reference<L>({194, 2, 7, 0.1, 1.}, 2);
  equals_reference<L>({100, 2, 40, 0.01, 0.02}, 3);
  if (wide)
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      const double noise[] = {0., 0.05, 0.5, 1.}, temperature[] = {1, 0.5, 0.1, 0.03, 0.01};
      const int views = 2 + int(seed % 3), classes[] = {1, 2, 10, 1000};
      equals_reference<L>(
          {views * int(1 + seed * 37 % 133), views, classes[seed % 4], temperature[seed % 5], noise[seed / 4 % 4]},
          seed);
    }
}

}    // namespace

TEMPLATE_TEST_CASE("the CPU's pair engine equals the reference: sizes, temperatures, duplicates, one class", "",
                   ct::nt_xent, ct::sup_con, ct::sup_con_in, ct::dclw, multi_similarity) {
  equals_reference_on_examples<TestType>();
}

TEST_CASE("classes may have any numbers: the same bits as when they are counted from zero") {
  const example e{130, 2, 10, 0.1, 0.5};
  auto labels = labels_of(e, true, 1);
  const auto z = rows_of(e, labels, 1);
  for_every_set([&](ct::cpu& device) {
    ct::testing::loss_trial<ct::cpu, ct::sup_con, width> trial(device, e.rows);
    const auto expected = trial(z, labels, 2, {.temperature = 0.1});
    auto far_apart = labels;
    for (auto& label : far_apart) label = int(std::int64_t(label) * 400'000'000 - 2'000'000'000);
    const auto found = trial(z, far_apart, 2, {.temperature = 0.1});
    CHECK(found.report.value == expected.report.value);
    CHECK(found.report.anchors_without_positives == expected.report.anchors_without_positives);
    CHECK((found.gradient == expected.gradient));
  });
}

TEST_CASE("the engine of verbs tells classes apart that a float does not") {
  const example e{130, 1, 10, 0.1, 0.5};
  auto labels = labels_of(e, true, 1);
  const auto z = rows_of(e, labels, 1);
  ct::cpu_generic device;
  ct::testing::loss_trial<ct::cpu_generic, ct::sup_con, width> trial(device, e.rows);
  const auto expected = trial(z, labels, 1, {.temperature = 0.1});
  for (auto& label : labels) label += 100'000'000;
  const auto found = trial(z, labels, 1, {.temperature = 0.1});
  CHECK(found.report.value == expected.report.value);
  CHECK((found.gradient == expected.gradient));
}

TEST_CASE("rows of any length have an accuracy, in tiles and by verbs") {
  const example e{130, 2, 1, 0.07, 1.};
  const auto z = rows_of(e, labels_of(e, false, 1), 5);
  ct::reference oracle;
  const auto accuracy = [&](auto& device, double length) {
    using device_type = std::remove_reference_t<decltype(device)>;
    auto longer = z;
    for (double& v : longer) v *= length;
    ct::testing::loss_trial<device_type, ct::nt_xent, width> trial(device, e.rows);
    return trial(longer, {}, 2, {.temperature = 0.07}).report.figures["accuracy"];
  };
  const double expected = accuracy(oracle, 1);
  ct::cpu_generic generic;
  for (const double length : {1., 10., 100., 1e4}) {
    INFO("rows of length " << length);
    CHECK(std::abs(accuracy(generic, length) - expected) < 1e-6);
    for_every_set([&](ct::cpu& device) { CHECK(std::abs(accuracy(device, length) - expected) < 1e-6); });
  }
}

TEST_CASE("rows of whole vectors: the CPU's pair engine equals the reference") {
  equals_reference<ct::nt_xent, 32>({194, 2, 1, 0.5, 0.7}, 1);
  equals_reference<ct::nt_xent, 32>({2300, 2, 1, 0.1, 0.7}, 1);
}

TEST_CASE("rows that are zero, of other lengths or not finite: the reference's value and gradient, or none") {
  const example e{70, 2, 1, 0.5, 1.};
  const auto ids = labels_of(e, false, 1);
  auto z = rows_of(e, ids, 4);
  std::fill_n(z.begin(), 2 * width, 0.);                             // two rows of zeros
  for (std::size_t k = 2 * width; k < 3 * width; ++k) z[k] *= 16;    // similarities far above 1/τ
  ct::reference oracle;
  const auto expected = ct::testing::loss_trial<ct::reference, ct::nt_xent, width>(oracle, 70)(z, {}, 2, {});
  for_every_set([&](ct::cpu& device) {
    ct::testing::loss_trial<ct::cpu, ct::nt_xent, width> trial(device, 70);
    CHECK(relative_difference(trial(z, {}, 2, {}).report.value, expected.report.value) <= tolerance::loss);
    CHECK(relative_rms(trial(z, {}, 2, {}).gradient, expected.gradient) <= tolerance::gradient(0.5 / 16));
    auto broken = z;
    broken[5 * width] = std::nan("");
    CHECK(!std::isfinite(trial(broken, {}, 2, {}).report.value));
    CHECK(!std::isfinite(trial(broken, {}, 2, {.temperature = 0.01}).report.value));
  });
}

TEST_CASE("a pair loss has the same bits for one, two and three threads, with tiles kept and not") {
  for (const int rows : {200, 5000}) {
    const auto z = rows_of({rows, 2, 1, 0.1, 0.5}, labels_of({rows, 2, 1, 0, 0}, false, 1), 5);
    std::vector<judged> found;
    for (const int threads : {1, 2, 3}) {
      ct::cpu device{{.threads = threads}};
      found.push_back(
          ct::testing::loss_trial<ct::cpu, ct::nt_xent, width>(device, rows)(z, {}, 2, {.temperature = 0.1}));
      CHECK(found.back().report.value == found[0].report.value);
      CHECK((found.back().gradient == found[0].gradient));
    }
  }
}

TEST_CASE("after its largest batch a pair loss takes no more workspace, and less than a copy of the similarities") {
  ct::cpu device{{.threads = 2}};
  const auto run = [&](int rows) {
    const auto z = rows_of({rows, 2, 1, 0.1, 0.5}, labels_of({rows, 2, 1, 0, 0}, false, 1), 5);
    ct::testing::loss_trial<ct::cpu, ct::nt_xent, width>(device, rows)(z, {}, 2, {});
    return device.pair_workspace.values.data();
  };
  const float* first = run(300);
  CHECK(run(300) == first);
  CHECK(run(20) == first);
  run(5000);
  CHECK(device.pair_workspace.values.size() < 5000 * 5000 / 4);
}

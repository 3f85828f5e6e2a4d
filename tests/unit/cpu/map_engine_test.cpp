// SPDX-License-Identifier: MIT
// The CPU's tiles of distances against the definition in double: every instruction set, sizes, threads, memory.
#include <contrastive/cpu.hpp>
#include <contrastive/loss/t_simcne.hpp>
#include <contrastive/testing/loss_laws.hpp>

#include "support/catch.hpp"
#include "support/map_loss.hpp"
#include "support/tolerance.hpp"
#include "support/two_sets.hpp"

namespace ct = contrastive;
using ct::on_cpu::isa;
using ct::testing::judged;
using numbers = std::vector<double>;

namespace {

static_assert(std::is_same_v<typename ct::detail::pairwise<ct::t_simcne>::engine<ct::cpu>,
                             ct::on_cpu::pair_engine<ct::t_simcne>>);

numbers map_of(int rows, int width) {
  numbers z = ct::testing::normal_numbers(std::size_t(rows) * std::size_t(width), 3);
  for (double& v : z) v = double(float(3 * v));
  std::fill_n(z.begin(), 2 * width, 0.);    // two rows alike
  return z;
}
template <int D>
judged judge(auto& device, const numbers& z, int views) {
  using device_type = std::remove_reference_t<decltype(device)>;
  return ct::testing::loss_trial<device_type, ct::t_simcne, D>(device, int(z.size()) / D)(z, {}, views, {});
}
template <int D>
void equals_definition(int rows, int views) {
  INFO(rows << " rows of " << D << " numbers");
  const auto z = map_of(rows, D);
  const judged expected = defined_t_simcne(z, D, views);
  for (const isa set : {isa::portable, isa::avx2, isa::avx512}) {
    if (set > ct::on_cpu::best_isa()) continue;
    INFO(ct::on_cpu::name_of(set));
    ct::cpu device{{.threads = 2, .instructions = set}};
    const judged found = judge<D>(device, z, views);
    CHECK(relative_difference(found.report.value, expected.report.value) <= tolerance::loss);
    CHECK(relative_rms(found.gradient, expected.gradient) <= tolerance::gradient(1));
  }
}

}    // namespace

TEST_CASE("the CPU's tiles of distances equal the definition: widths and sizes inside and at the end of vectors") {
  equals_definition<2>(2, 2);
  equals_definition<2>(6, 3);
  equals_definition<2>(1100, 2);    // tiles of 96 rows
  equals_definition<3>(134, 2);
  equals_definition<17>(194, 2);
  equals_definition<32>(130, 2);
}

TEST_CASE("a loss of maps has the same bits for one, two and three threads, with tiles kept and not") {
  for (const int rows : {200, 5000}) {
    const auto z = map_of(rows, 2);
    std::vector<judged> found;
    for (const int threads : {1, 2, 3}) {
      ct::cpu device{{.threads = threads}};
      found.push_back(judge<2>(device, z, 2));
      CHECK(found.back().report.value == found[0].report.value);
      CHECK((found.back().gradient == found[0].gradient));
      CHECK(device.pair_workspace.values.size() < 5000 * 5000 / 4);
    }
  }
}

TEST_CASE("after its largest batch a loss of maps takes no more workspace") {
  ct::cpu device{{.threads = 2}};
  const auto run = [&](int rows) {
    judge<2>(device, map_of(rows, 2), 2);
    return device.pair_workspace.values.data();
  };
  const float* first = run(300);
  CHECK(run(300) == first);
  CHECK(run(20) == first);
}

TEST_CASE("strips of two sets on every instruction set, and the same bits for one, two and three threads") {
  namespace of = two_sets_support;
  const auto q = of::unit_rows(300, 1), k = of::unit_rows(301, 2);
  ct::reference oracle;
  const of::found by_info = of::info_nce_on(oracle, q, k, 0.2), by_sigmoid = of::sigmoid_on(oracle, q, k, 10, -10);
  for (const isa set : {isa::portable, isa::avx2, isa::avx512}) {
    if (set > ct::on_cpu::best_isa()) continue;
    INFO(ct::on_cpu::name_of(set));
    of::found one, other;
    for (const int threads : {1, 2, 3}) {
      ct::cpu device{{.threads = threads, .instructions = set}};
      const of::found info = of::info_nce_on(device, q, k, 0.2), sigmoid = of::sigmoid_on(device, q, k, 10, -10);
      if (threads == 1) one = info, other = sigmoid;
      CHECK((info.value == one.value && info.dq == one.dq && info.dk == one.dk));
      CHECK((sigmoid.value == other.value && sigmoid.dq == other.dq && sigmoid.dk == other.dk));
    }
    CHECK(relative_difference(one.value, by_info.value) <= tolerance::loss);
    CHECK(relative_rms(one.dk, by_info.dk) <= tolerance::gradient(0.2));
    CHECK(relative_difference(other.value, by_sigmoid.value) <= tolerance::loss);
    CHECK(relative_rms(other.dk, by_sigmoid.dk) <= tolerance::gradient(0.1));
    CHECK(relative_difference(other.dt, by_sigmoid.dt) <= tolerance::sums);
  }
}

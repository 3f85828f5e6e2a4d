// SPDX-License-Identifier: MIT
// The CPU's tiles of distances against the reference in double: every instruction set, sizes, threads, memory.
#include <contrastive/cpu.hpp>
#include <contrastive/loss/t_simcne.hpp>
#include <contrastive/testing/loss_laws.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

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
void equals_reference(int rows, int views) {
  INFO(rows << " rows of " << D << " numbers");
  const auto z = map_of(rows, D);
  ct::reference oracle;
  const judged expected = judge<D>(oracle, z, views);
  for (const isa set : {isa::portable, isa::avx2, isa::avx512}) {
    if (set > ct::on_cpu::best_isa()) continue;
    INFO(ct::on_cpu::name_of(set));
    ct::cpu device{{.threads = 2, .instructions = set}};
    const judged found = judge<D>(device, z, views);
    CHECK(relative_difference(found.report.value, expected.report.value) <= tolerance::loss);
    CHECK(relative_rms(found.gradient, expected.gradient) <= tolerance::gradient(1));
    CHECK(std::abs(found.report.figures["accuracy"] - expected.report.figures["accuracy"]) <= tolerance::measures);
  }
}

}    // namespace

TEST_CASE("the CPU's tiles of distances equal the reference: widths and sizes inside and at the end of vectors") {
  equals_reference<2>(2, 2);
  equals_reference<2>(6, 3);
  equals_reference<2>(1100, 2);    // tiles of 96 rows
  equals_reference<3>(134, 2);
  equals_reference<17>(194, 2);
  equals_reference<32>(130, 2);
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

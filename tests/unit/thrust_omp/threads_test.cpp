// SPDX-License-Identifier: MIT
// Thrust's host systems agree in every bit, whatever the number of threads.
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/testing/trial.hpp>
#include <contrastive/thrust_host.hpp>

#include <omp.h>

#include "support/catch.hpp"

using namespace contrastive;
using contrastive::testing::normal_numbers;

namespace {

using net = small_convnet<4>;
using in = image<28, 28, 1>;
constexpr int rows = 5;

struct result {
  std::vector<double> y;
  contrastive::testing::named_numbers gradients, statistics;
  bool operator==(const result&) const = default;
};
template <class System>
result pass_with(int threads) {
  omp_set_num_threads(threads);
  thrust_on<System> d;
  contrastive::testing::trial<thrust_on<System>, net, in> t{d, rows};
  result r{t.forward(normal_numbers(rows * in::size, 1)), {}, {}};
  t.backward_for_parameters(normal_numbers(r.y.size(), 2));
  r.gradients = t.gradients();
  r.statistics = t.statistics();
  return r;
}

}    // namespace

TEST_CASE("OpenMP with one, two and three threads and one plain thread give the same bits") {
  const int before = omp_get_max_threads();
  const result plain = pass_with<cpp_system>(1);
  for (const int threads : {1, 2, 3}) {
    INFO(threads);
    CHECK(pass_with<omp_system>(threads) == plain);
  }
  omp_set_num_threads(before);
}

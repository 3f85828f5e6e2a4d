// SPDX-License-Identifier: MIT
#pragma once
// Compares a whole network on the device under test with the reference.
#include <contrastive/backend/reference.hpp>
#include <contrastive/testing/trial.hpp>

#include <string>
#include <vector>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

inline void check_close(const std::string& what, const std::vector<double>& found, const std::vector<double>& expected,
                        double allowed) {
  const double distance = relative_rms(found, expected);
  INFO(what << ": " << distance << ", allowed " << allowed);
  CHECK(distance <= allowed);
}
inline void check_close(const contrastive::testing::named_numbers& found,
                        const contrastive::testing::named_numbers& expected, double allowed) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    check_close(found[i].first, found[i].second, expected[i].second, allowed);
}

/// Where nobody wants the parameters' gradients, the input's has the same bits and their memory stays as it is.
inline void check_unwanted_gradients(auto& t, int rows) {
  using contrastive::testing::normal_numbers;
  using trial = std::remove_cvref_t<decltype(t)>;
  const auto x = normal_numbers(std::size_t(rows) * trial::In::size, 9),
             dy = normal_numbers(std::size_t(rows) * trial::Out::size, 9, 1);
  const auto statistics = t.statistics();    // a spectral norm's pass begins with them
  t.forward(x);
  const auto dx = t.backward(dy);
  auto marked = t.gradients();
  for (auto& [name, values] : marked) values.assign(values.size(), 7);
  t.set_gradients(marked);
  t.set_statistics(statistics);
  t.forward(x);
  CHECK(t.backward_for_input(dy) == dx);
  CHECK(t.gradients() == marked);
}

template <class Net, class In, class Device>
void check_network_on(Device& tested, int rows, double share) {
  using contrastive::testing::normal_numbers;
  const double value = share * tolerance::small_network_float,
               gradient = share * tolerance::small_network_gradient_float;
  contrastive::reference oracle;
  contrastive::testing::trial<contrastive::reference, Net, In> expected{oracle, rows};
  contrastive::testing::trial<Device, Net, In> found{tested, rows};
  for (const int now : {rows, rows, rows - 1}) {
    const auto x = normal_numbers(std::size_t(now) * In::size, std::uint64_t(now));
    const auto y = expected.forward(x);
    check_close("output", found.forward(x), y, value);
    const auto dy = normal_numbers(y.size(), std::uint64_t(now), 1);
    const auto dx = expected.backward(dy);
    check_close("gradient of the input", found.backward(dy), dx, gradient);
    check_close(found.gradients(), expected.gradients(), gradient);
    check_close(found.statistics(), expected.statistics(), value);
  }
  const auto x = normal_numbers(std::size_t(rows) * In::size, 100);
  check_close("inference", found.infer(x), expected.infer(x), value);
  check_unwanted_gradients(found, rows);
}

/// A pass in phase `following` has training's bits.
template <class Net, class In>
void check_following_on(device& tested, int rows) {
  contrastive::testing::trial<device, Net, In> trained{tested, rows}, followed{tested, rows};
  const auto x = contrastive::testing::normal_numbers(std::size_t(rows) * In::size, 8);
  for (int pass = 0; pass < 2; ++pass) {
    const auto y = trained.forward(x);
    CHECK(followed.follow(x) == y);
    CHECK(followed.statistics() == trained.statistics());
  }
}

/// A pass in phase `fixed`, with the statistics that training left: what inference makes, and its gradients.
template <class Net, class In, class Device>
void check_fixed_on(Device& tested, int rows, double share) {
  using contrastive::testing::normal_numbers;
  contrastive::reference oracle;
  contrastive::testing::trial<contrastive::reference, Net, In> trained{oracle, rows};
  contrastive::testing::trial<contrastive::reference, Net, In, contrastive::fixed> expected{oracle, rows};
  contrastive::testing::trial<Device, Net, In, contrastive::fixed> found{tested, rows};
  const auto x = normal_numbers(std::size_t(rows) * In::size, 7);
  trained.forward(x);
  const auto statistics = trained.statistics();
  expected.set_statistics(statistics), found.set_statistics(statistics);
  const auto y = expected.forward(x), dy = normal_numbers(y.size(), 7, 1), dx = expected.backward(dy);
  const double gradient = share * tolerance::small_network_gradient_float;
  check_close("output", found.forward(x), y, share * tolerance::small_network_float);
  check_close("output of inference", y, expected.infer(x), tolerance::golden_double);
  check_close("gradient of the input", found.backward(dy), dx, gradient);
  check_close(found.gradients(), expected.gradients(), gradient);
  check_close(found.statistics(), statistics, tolerance::exact_layer_float);
  check_unwanted_gradients(found, rows);
}

/// Two passes on a full batch, one on a smaller one, then inference with the statistics that they left.
template <class Net, class In>
void check_network(int rows) {
  on_every_precision([&](device& tested, bool exact) {
    check_network_on<Net, In>(tested, rows, exact ? 1 : tolerance::winograd_share);
    check_fixed_on<Net, In>(tested, rows, exact ? 1 : tolerance::winograd_share);
    check_following_on<Net, In>(tested, rows);
  });
}

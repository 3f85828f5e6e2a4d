// SPDX-License-Identifier: MIT
// Random numbers inside a network: found at their address by every device, others at every place, step and row.
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/dropout.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/residual.hpp>
#include <contrastive/testing/trial.hpp>

#include "support/backend_under_test.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <cmath>

namespace ct = contrastive;
using ct::features, ct::image, ct::sequential;
using numbers = std::vector<double>;

namespace {

/// y = u, a random number for every element.
struct noise {
  template <class In>
  using output = In;
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) {
    map(ctx, y, random_uniform(ctx, x, ct::purpose::test));
  }
  static void backward(auto& ctx, const auto&, const auto&, const auto&, const auto&, auto& dx) { map(ctx, dx, 0); }
};
/// y = 100 x + the place of the layer.
struct shows_place {
  template <class In>
  using output = In;
  static void forward(auto& ctx, const auto&, const auto& x, auto& y) { map(ctx, y, x * 100 + int(ctx.key.layer)); }
  static void backward(auto& ctx, const auto&, const auto&, const auto&, const auto&, auto& dx) { map(ctx, dx, 0); }
};

constexpr ct::random_key key{.seed = 0x123456789abcdef0, .epoch = 7, .layer = 40, .row = 3};

template <class Layer, class In>
numbers made_by(device& on, int rows, const numbers& x, ct::random_key from = key) {
  ct::testing::trial<device, Layer, In> t(on, rows);
  t.key() = from;
  return t.forward(x);
}
template <class Layer, class In>
numbers made_by(int rows, ct::random_key from = key) {
  return made_by<Layer, In>(shared_device(), rows, numbers(std::size_t(rows) * In::size, 1), from);
}
double mean(const numbers& x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum / double(x.size());
}

}    // namespace

TEST_CASE("element i of row r is word i of the stream at (seed, step, place, row r), to 24 bits") {
  using In = image<5, 3, 7>;
  const auto found = made_by<noise, In>(4);
  std::size_t i = 0;
  for (std::uint32_t row = 0; row < 4; ++row) {
    auto stream = key.stream(ct::purpose::test, key.layer, key.row + row);
    for (std::size_t element = 0; element < In::size; ++element, ++i) {
      INFO("row " << row << ", element " << element);
      CHECK(found[i] == double(stream.next_u32() >> 8) * 0x1p-24);
    }
  }
}

TEST_CASE("random numbers are uniform: their mean is a half and their variance a twelfth") {
  const auto u = made_by<noise, features<1000>>(100);
  numbers squares;
  for (double x : u) squares.push_back((x - 0.5) * (x - 0.5));
  CHECK(std::abs(mean(u) - 0.5) < 5 * std::sqrt(1. / 12 / 1e5));
  CHECK(std::abs(mean(squares) - 1. / 12) < 5 * std::sqrt(1. / 180 / 1e5));
  CHECK(*std::ranges::min_element(u) >= 0);
  CHECK(*std::ranges::max_element(u) < 1);
}

TEST_CASE("some channels of random numbers are those channels, and a fold of them is their sum") {
  using In = image<3, 2, 5>;
  const auto u = made_by<noise, In>(3);
  device& on = shared_device();
  ct::memory<device,
             ct::pack<ct::tensor<device, In>, ct::tensor<device, image<3, 2, 2>>, ct::tensor<device, features<1>>>>
      memory(on, 3);
  ct::context<device, ct::training> ctx{on, key};
  const auto numbers_of = [&](const auto& t) {
    std::vector<device::element> host(operand_of(t).size());
    on.download(host.data(), t.data, host.size());
    return numbers(host.begin(), host.end());
  };
  const auto all = random_uniform(ctx, ct::part<0>(memory.value), ct::purpose::test);
  map(ctx, ct::part<1>(memory.value), ct::channels<2, 2>(all));
  ct::reduce<ct::fold::sum>(ctx, ct::part<2>(memory.value), all);
  numbers expected, totals(3);
  for (std::size_t i = 0; i < u.size(); ++i) {
    if (i % 5 == 2 || i % 5 == 3) expected.push_back(u[i]);
    totals[i / In::size] += u[i];
  }
  CHECK(numbers_of(ct::part<1>(memory.value)) == expected);
  CHECK(relative_rms(numbers_of(ct::part<2>(memory.value)), totals) <= tolerance::sums);
}

TEST_CASE("places are counted through everything that a network nests, whatever the device fuses") {
  using nested = sequential<shows_place, ct::residual<sequential<shows_place>, sequential<shows_place>>, shows_place>;
  CHECK(made_by<nested, features<1>>(shared_device(), 1, {0}, {}) == numbers{(0 * 100 + 1 + 0 * 100 + 2) * 100 + 3});
  using fused = sequential<ct::conv2d<32, 3>, ct::batch_norm, ct::relu,
                           ct::residual<sequential<ct::conv2d<32, 3>, ct::batch_norm>>, ct::relu, shows_place>;
  const auto of_zero = made_by<fused, image<4, 4, 3>>(shared_device(), 2, numbers(2 * 48), {.layer = 1000});
  ct::testing::trial<device, fused, image<4, 4, 3>> other(shared_device(), 2);
  const auto at_zero = other.forward(numbers(2 * 48));
  for (std::size_t i = 0; i < of_zero.size(); ++i) CHECK(of_zero[i] - at_zero[i] == catch_shim::Approx(1000));
}

TEST_CASE("dropout loses the given share, and what is left is as large on average") {
  for (const double probability : {0.1, 0.5, 0.9}) {
    ct::testing::trial<device, ct::dropout, features<1000>> t(shared_device(), 100);
    ct::part<0>(t.config()).probability = probability;
    const auto y = t.forward(numbers(100'000, 1));
    const double lost = double(std::ranges::count(y, 0.)) / 1e5,
                 share = std::sqrt(probability * (1 - probability) / 1e5);
    CHECK(std::abs(lost - probability) < 5 * share);
    const double kept = double(device::element(1 / (1 - probability)));
    CHECK(std::ranges::all_of(y, [&](double v) { return v == 0 || v == kept; }));
  }
}

TEST_CASE("dropout of probability 0 and 1 keeps and loses all; another is refused") {
  ct::testing::trial<device, ct::dropout, features<8>> t(shared_device(), 2);
  auto& config = ct::part<0>(t.config());
  const auto x = ct::testing::normal_numbers(16, 1);
  config.probability = 0;
  CHECK(relative_rms(t.forward(x), x) <= tolerance::map);
  config.probability = 1;
  CHECK(t.forward(x) == numbers(16, 0));
  config.probability = 1.5;
  CHECK_THROWS_WITH(t.forward(x), "the probability of dropout is between 0 and 1; it is 1.500000");
}

TEST_CASE("two dropouts lose others, also inside a residual; so do two steps and two rows") {
  using net = sequential<ct::dropout, ct::residual<sequential<ct::dropout>>>;
  const auto y = made_by<net, features<1000>>(10);
  // lost by the first: 0; kept by it and lost by the second: 2; kept by both: 6
  CHECK(std::abs(double(std::ranges::count(y, 0.)) - 5000) < 250);
  CHECK(std::abs(double(std::ranges::count(y, 2.)) - 2500) < 220);
  CHECK(std::abs(double(std::ranges::count(y, 6.)) - 2500) < 220);
  ct::random_key next = key;
  ++next.epoch;
  CHECK_FALSE(made_by<net, features<1000>>(10, next) == y);
  CHECK_FALSE(std::equal(y.begin(), y.begin() + 1000, y.begin() + 1000));
}

TEST_CASE("rows of a batch that are passed apart lose what they lose together") {
  ct::random_key later = key;
  later.row += 6;
  auto apart = made_by<ct::dropout, features<33>>(6);
  const auto rest = made_by<ct::dropout, features<33>>(4, later);
  apart.insert(apart.end(), rest.begin(), rest.end());
  CHECK(made_by<ct::dropout, features<33>>(10) == apart);
}

#if defined(CONTRASTIVE_TEST_CPU)
TEST_CASE("dropout loses the same for any number of threads") {
  device one{{.threads = 1}}, three{{.threads = 3}};
  const auto x = ct::testing::normal_numbers(200 * 320, 1);
  CHECK(made_by<ct::dropout, image<5, 8, 8>>(one, 200, x) == made_by<ct::dropout, image<5, 8, 8>>(three, 200, x));
}
#endif

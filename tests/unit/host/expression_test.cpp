// SPDX-License-Identifier: MIT
// Expressions: their values, the extents that they know by type, and derivatives from the tree against differences.
#include <contrastive/backend/reference.hpp>
#include <contrastive/expr/derivative.hpp>
#include <contrastive/testing/random.hpp>

#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::expression_of, ct::extents;
using numbers = std::vector<double>;

namespace {

template <bool Rows, int H, int W, int C>
using operand = ct::operand<double*, Rows, H, W, C>;
using column = operand<true, 1, 1, 1>;

/// The values of an expression over a column of x.
numbers values_of(numbers x, auto&& function) {
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  numbers out(x.size());
  const column argument{x.data(), int(x.size())}, result{out.data(), int(out.size())};
  ct::map(ctx, result, function(expression_of(argument)));
  return out;
}
numbers slopes_of(numbers x, auto&& function) {
  return values_of(x, [&](auto e) { return ct::detail::chain_rule(function(e), 1); });
}

}    // namespace

// ---- extents, by type -----------------------------------------------------------------------------------------------

static_assert(ct::detail::join({true, 5, 3, 1}, {false, 1, 1, 7}) == extents{true, 5, 3, 7});
static_assert(ct::detail::agree({true, 5, 3, 7}, {false, 1, 1, 7}));
static_assert(ct::detail::agree({true, 5, 1, 1}, {true, 1, 3, 7}));
static_assert(!ct::detail::agree({true, 5, 3, 7}, {true, 5, 3, 6}));
static_assert(!ct::detail::agree({true, 5, 3, 7}, {false, 4, 1, 1}));
static_assert(ct::detail::fits(extents{false, 1, 1, 7}, extents{true, 5, 3, 7}));
static_assert(!ct::detail::fits(extents{true, 1, 1, 7}, extents{false, 1, 1, 7}));

static_assert(decltype(operand<true, 5, 3, 7>{} * operand<false, 1, 1, 7>{})::space == extents{true, 5, 3, 7});
static_assert(decltype(operand<false, 1, 1, 7>{} + operand<true, 1, 1, 1>{})::space == extents{true, 1, 1, 7});
static_assert(decltype(exp(2 * operand<false, 1, 1, 7>{}))::space == extents{false, 1, 1, 7});
static_assert(decltype(where_greater(operand<true, 1, 1, 1>{}, 0, operand<false, 1, 1, 7>{}))::space ==
              extents{true, 1, 1, 7});

// two trees are one type for every shape: a backend compiles an operation, not a shape
static_assert(std::is_same_v<decltype((operand<true, 5, 3, 7>{} * operand<false, 1, 1, 7>{}).tree),
                             decltype((operand<true, 1, 1, 9>{} * operand<true, 1, 1, 1>{}).tree)>);

template <class A, class B>
concept Adds = requires(A a, B b) { a + b; };
static_assert(Adds<column, int> && Adds<double, column> && Adds<column, column>);
static_assert(!Adds<column, std::string>);

// ---- values ---------------------------------------------------------------------------------------------------------

TEST_CASE("an extent of one is read all along that axis") {
  constexpr int N = 2, H = 3, W = 2, C = 5;
  auto x = ct::testing::normal_numbers(N * H * W * C, 1), per_channel = ct::testing::normal_numbers(C, 2),
       per_row = ct::testing::normal_numbers(N, 3), per_line = ct::testing::normal_numbers(H, 4);
  numbers out(x.size());
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  const operand<true, H, W, C> a{x.data(), N}, y{out.data(), N};
  ct::map(ctx, y,
          a * operand<false, 1, 1, C>{per_channel.data(), 1} + operand<true, 1, 1, 1>{per_row.data(), N} -
              operand<false, H, 1, 1>{per_line.data(), 1} * 2);
  for (int n = 0, i = 0; n < N; ++n)
    for (int h = 0; h < H; ++h)
      for (int w = 0; w < W; ++w)
        for (int c = 0; c < C; ++c, ++i) {
          const auto at = [](const numbers& v, int k) { return v[std::size_t(k)]; };
          CHECK(at(out, i) == at(x, i) * at(per_channel, c) + at(per_row, n) - at(per_line, h) * 2);
        }
}

TEST_CASE("every function is the one of its name") {
  const numbers x{-2.5, -0.5, 0.5, 1, 3};
  const auto equals = [&](auto&& function, auto&& plain) {
    const auto found = values_of(x, function);
    for (std::size_t i = 0; i < x.size(); ++i) {
      INFO("x = " << x[i]);
      if (std::isnan(plain(x[i]))) CHECK(std::isnan(found[i]));
      else CHECK(found[i] == catch_shim::Approx(plain(x[i])).epsilon(1e-15));
    }
  };
  equals([](auto e) { return e + 2; }, [](double v) { return v + 2; });
  equals([](auto e) { return 2 - e; }, [](double v) { return 2 - v; });
  equals([](auto e) { return -e; }, [](double v) { return -v; });
  equals([](auto e) { return 0.1 * e; }, [](double v) { return 0.1 * v; });
  equals([](auto e) { return e / 3; }, [](double v) { return v / 3; });
  equals([](auto e) { return maximum(e, 0.75); }, [](double v) { return std::max(v, 0.75); });
  equals([](auto e) { return minimum(0.75, e); }, [](double v) { return std::min(v, 0.75); });
  equals([](auto e) { return equal(e, 1); }, [](double v) { return v == 1 ? 1. : 0.; });
  equals([](auto e) { return where_greater(e, 0.5, e + 10); }, [](double v) { return v > 0.5 ? v + 10 : 0; });
  equals([](auto e) { return exp(e); }, [](double v) { return std::exp(v); });
  equals([](auto e) { return log(e); }, [](double v) { return std::log(v); });
  equals([](auto e) { return sqrt(e); }, [](double v) { return std::sqrt(v); });
  equals([](auto e) { return erf(e); }, [](double v) { return std::erf(v); });
  equals([](auto e) { return tanh(e); }, [](double v) { return std::tanh(v); });
  equals([](auto e) { return sin(e); }, [](double v) { return std::sin(v); });
  equals([](auto e) { return cos(e); }, [](double v) { return std::cos(v); });
  equals([](auto e) { return sigmoid(e); }, [](double v) { return 1 / (1 + std::exp(-v)); });
  equals([](auto e) { return softplus(e); }, [](double v) { return std::log(1 + std::exp(v)); });
  equals([](auto e) { return abs(e); }, [](double v) { return std::abs(v); });
  equals([](auto e) { return square(e); }, [](double v) { return v * v; });
  equals([](auto e) { return rsqrt(e); }, [](double v) { return 1 / std::sqrt(v); });
}

TEST_CASE("softplus and sigmoid are right far from zero, and softplus does not overflow") {
  const numbers far = values_of({-800, -50, 50, 800}, [](auto e) { return softplus(e); });
  CHECK(far == numbers{0, std::exp(-50), 50, 800});
  CHECK(values_of({-800, 800}, [](auto e) { return sigmoid(e); }) == numbers{0, 1});
  CHECK(slopes_of({-40, 40}, [](auto e) { return sigmoid(e); })[1] == catch_shim::Approx(std::exp(-40)).epsilon(1e-12));
}

TEST_CASE("abs of −0 is 0, and its slope there is 0") {
  CHECK(!std::signbit(values_of({-0.}, [](auto e) { return abs(e); })[0]));
  CHECK(slopes_of({0, -2, 3}, [](auto e) { return abs(e); }) == numbers{0, -1, 1});
}

TEST_CASE("what where_greater does not choose may be infinite") {
  CHECK(values_of({0, 2}, [](auto e) { return where_greater(e, 1, 1 / e); }) == numbers{0, 0.5});
  CHECK(values_of({0, 2}, [](auto e) { return where_greater(e, 1, log(e - e)); })[0] == 0);
}

TEST_CASE("maximum keeps what is not a number") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(values_of({nan}, [](auto e) { return maximum(e, 0); })[0]));
  CHECK(std::isnan(values_of({nan}, [](auto e) { return minimum(e, 0); })[0]));
}

TEST_CASE("numbers are kept in double until they meet their operand") {
  std::vector<float> x{3}, out(1);
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  using floats = ct::operand<float*, true, 1, 1, 1>;
  ct::map(ctx, floats{out.data(), 1}, floats{x.data(), 1} * 0.1);
  CHECK(out[0] == 3 * float(0.1));
}

TEST_CASE(
    "operands with different numbers of rows are refused when they meet "
    "an output") {
  numbers a(3), b(2), out(3);
  ct::reference device;
  ct::context<ct::reference, ct::training> ctx{device};
  const column x{a.data(), 3}, y{b.data(), 2}, z{out.data(), 3};
  CHECK_THROWS_WITH(ct::map(ctx, z, x + y),
                    "the operands of an expression have different numbers of "
                    "rows, but its output has 3");
  CHECK_THROWS_WITH(ct::map(ctx, z, 2 * y), "the operands of an expression have 2 rows, but its output has 3");
}

// ---- derivatives ----------------------------------------------------------------------------------------------------

namespace {

void differentiates(const char* name, numbers x, auto&& function) {
  constexpr double step = 1e-5;
  numbers above = x, below = x;
  for (double& v : above) v += step;
  for (double& v : below) v -= step;
  const auto found = slopes_of(x, function), high = values_of(above, function), low = values_of(below, function);
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO(name << " at " << x[i]);
    CHECK(relative_difference(found[i], (high[i] - low[i]) / (2 * step)) < tolerance::finite_differences);
  }
}

}    // namespace

TEST_CASE("the derivative of every function is the limit of its differences") {
  const numbers any{-2.3, -1.1, -0.4, 0.3, 0.9, 2.2}, positive{0.2, 0.7, 1.3, 4};
  differentiates("x + x", any, [](auto e) { return e + e; });
  differentiates("3 - x", any, [](auto e) { return 3 - e; });
  differentiates("-x", any, [](auto e) { return -e; });
  differentiates("x x", any, [](auto e) { return square(e); });
  differentiates("x / (2 + x x)", any, [](auto e) { return e / (2 + square(e)); });
  differentiates("1 / x", any, [](auto e) { return 1 / e; });
  differentiates("max(x, 0.5)", any, [](auto e) { return maximum(e, 0.5); });
  differentiates("max(0.5, x x)", any, [](auto e) { return maximum(0.5, square(e)); });
  differentiates("min(x, 0.5)", any, [](auto e) { return minimum(e, 0.5); });
  differentiates("min(-x, x x)", any, [](auto e) { return minimum(-e, square(e)); });
  differentiates("x > 0.5 ? x x", any, [](auto e) { return where_greater(e, 0.5, square(e)); });
  differentiates("exp(x x)", any, [](auto e) { return exp(square(e)); });
  differentiates("erf(2 x)", any, [](auto e) { return erf(2 * e); });
  differentiates("tanh(2 x)", any, [](auto e) { return tanh(2 * e); });
  differentiates("sin(2 x)", any, [](auto e) { return sin(2 * e); });
  differentiates("cos(x x)", any, [](auto e) { return cos(square(e)); });
  differentiates("sigmoid(x x)", any, [](auto e) { return sigmoid(square(e)); });
  differentiates("softplus(3 x)", any, [](auto e) { return softplus(3 * e); });
  differentiates("abs(1 - x)", any, [](auto e) { return abs(1 - e); });
  differentiates("log(x)", positive, [](auto e) { return log(e); });
  differentiates("sqrt(x)", positive, [](auto e) { return sqrt(e); });
  differentiates("1 / sqrt(x)", positive, [](auto e) { return rsqrt(e); });
  differentiates("log(1 + exp(x))", any, [](auto e) { return log(1 + exp(e)); });
}

TEST_CASE(
    "the chain rule multiplies by its factor, row by row and channel by "
    "channel") {
  const numbers x{-1, 2, 3};
  CHECK(values_of(x, [](auto e) { return ct::detail::chain_rule(square(e), 5); }) == numbers{-10, 20, 30});
  CHECK(values_of(x, [](auto e) { return ct::detail::chain_rule(maximum(e, 0), e); }) == numbers{0, 2, 3});
}

TEST_CASE(
    "a mask takes its factor in, so an infinite factor that is not "
    "chosen does no harm") {
  CHECK(values_of({-0., 4}, [](auto e) { return ct::detail::chain_rule(maximum(e, 0), 1 / e); }) == numbers{0, 0.25});
}

// zeros and ones vanish from the tree
using x_tree = decltype(expression_of(column{}).tree);
template <class E>
using slope_tree = decltype(ct::slope::of(E{}.tree));
static_assert(std::is_same_v<slope_tree<decltype(expression_of(column{}) + 3)>, ct::detail::integer<1>>);
static_assert(std::is_same_v<slope_tree<decltype(square(expression_of(column{})))>,
                             ct::detail::apply<ct::function::add, x_tree, x_tree>>);
static_assert(
    std::is_same_v<slope_tree<decltype(maximum(expression_of(column{}), 0))>,
                   ct::detail::apply<ct::function::where_greater, x_tree, ct::detail::number, ct::detail::integer<1>>>);

// ---- places ---------------------------------------------------------------------------------------------------------

TEST_CASE("a grid counts its places row-major") {
  const ct::index4 grid{2, 3, 4, 5};
  CHECK(grid.size() == 120);
  std::size_t i = 0;
  for (int n = 0; n < 2; ++n)
    for (int h = 0; h < 3; ++h)
      for (int w = 0; w < 4; ++w)
        for (int c = 0; c < 5; ++c) CHECK(grid.at(i++) == ct::index4{n, h, w, c});
}

TEST_CASE("a view's strides are zero where its extent is one") {
  numbers x(30);
  CHECK(operand<true, 3, 2, 5>{x.data(), 1}.below() == ct::strided<double*>{x.data(), 30, 10, 5, 1});
  CHECK(operand<false, 1, 1, 5>{x.data(), 1}.below() == ct::strided<double*>{x.data(), 0, 0, 0, 1});
  CHECK(ct::channels<1, 3>(operand<true, 3, 2, 5>{x.data(), 1}).below() ==
        ct::strided<double*>{x.data() + 1, 30, 10, 5, 1});
  CHECK(ct::channels<1, 1>(ct::channels<1, 3>(operand<false, 1, 1, 5>{x.data(), 1})).below() ==
        ct::strided<double*>{x.data() + 2, 0, 0, 0, 0});
  CHECK(operand<true, 1, 1, 1>{x.data(), 30}.below() == ct::strided<double*>{x.data(), 1, 0, 0, 0});
}

// SPDX-License-Identifier: MIT
// Laws of the SIMD header: lanes are numbers, whatever their count; functions are right to two units in the last place.
#pragma GCC diagnostic ignored "-Wpsabi"    // vectors wider than this machine's registers are tested too
#include <contrastive/backend/cpu/kernels/simd.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace contrastive::on_cpu;
namespace on_cpu = contrastive::on_cpu;    // a C library may have an exp of its own

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity(),
                not_a_number = std::numeric_limits<float>::quiet_NaN();
constexpr int most = 32;
using numbers = std::array<float, most>;

// Finite numbers of all sizes and both signs.
numbers some_numbers(unsigned seed) {
  numbers x;
  for (float& a : x) {
    do a = std::bit_cast<float>(seed = seed * 1664525u + 1013904223u);
    while (!std::isfinite(a) || std::abs(a) > 1e18f);
  }
  return x;
}

bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

// All `most` numbers through vectors of V's width. f leaves its result in its first argument: functions that return wide
// vectors are warned of without a place where that could be turned off.
template <class V, class F, class... X>
numbers in_lanes_of(const F& f, const X&... x) {
  numbers y;
  for (int i = 0; i < most; i += lanes<V>) {
    V result;
    f(result, load<V>(&x[std::size_t(i)])...);
    store(&y[std::size_t(i)], result);
  }
  return y;
}

// Calls check(y) with f's results in vectors of 2, 4, 8, 16 and 32 lanes.
template <class F, class Check, class... X>
void in_every_width(const F& f, const Check& check, const X&... x) {
  check(in_lanes_of<floats<2>>(f, x...));
  check(in_lanes_of<floats<4>>(f, x...));
  check(in_lanes_of<floats<8>>(f, x...));
  check(in_lanes_of<floats<16>>(f, x...));
  check(in_lanes_of<floats<32>>(f, x...));
}

// Lane by lane the bits of `plain`, in every width.
template <class F, class Plain, class... X>
void equals(const F& f, const Plain& plain, const X&... x) {
  in_every_width(
      f,
      [&](const numbers& y) {
        for (std::size_t i = 0; i < most; ++i)
          if (!same_bits(y[i], plain(x[i]...))) FAIL("lane " << i << ": " << y[i] << " instead of " << plain(x[i]...));
      },
      x...);
  SUCCEED();
}

double units_in_the_last_place(float got, double expected) {
  const float near = float(expected);
  if (std::isnan(expected) || std::isinf(near) || std::isinf(got)) return same_bits(got, near) ? 0 : infinity;
  const int exponent = std::max(near == 0 ? -126 : std::ilogb(near), -126);
  return std::abs(got - expected) / std::ldexp(1., exponent - 23);
}

// Every 5,003rd float there is, and the given ones: at most `bound` units from `exact`, the same bits in every width.
template <class F, class Scalar>
void is_close_to(const F& f, const Scalar& scalar, double (*exact)(double), double bound) {
  double worst = 0;
  const auto check = [&](const numbers& x) {
    const numbers expected = in_lanes_of<floats<4>>(f, x), wide = in_lanes_of<floats<8>>(f, x),
                  wider = in_lanes_of<floats<16>>(f, x);
    for (std::size_t i = 0; i < most; ++i) {
      if (!same_bits(wide[i], expected[i]) || !same_bits(wider[i], expected[i]) ||
          !same_bits(scalar(x[i]), expected[i]))
        worst = infinity;
      worst = std::max(worst, units_in_the_last_place(expected[i], exact(x[i])));
    }
  };
  numbers special = {0.f,          -0.f,   1.f,     -1.f,   infinity,        -infinity,
                     not_a_number, 1e-45f, -1e-45f, 1e-39f, 1.17549435e-38f, 3.4028235e38f};
  const std::array more = {88.72283f, 88.72284f, 89.f,        1000.f,     -87.5f, -103.9f,
                           -104.f,    -1000.f,   0.99999994f, 1.0000001f, 0.625f, 0.92773438f};
  std::copy(more.begin(), more.end(), special.begin() + 12);
  check(special);
  for (std::uint64_t bits = 0; bits + 5003u * most < (std::uint64_t(1) << 32); bits += 5003u * most) {
    numbers x;
    for (std::uint32_t i = 0; i < most; ++i) x[i] = std::bit_cast<float>(std::uint32_t(bits) + 5003u * i);
    check(x);
  }
  CHECK(worst <= bound);
}

}    // namespace

TEST_CASE("arithmetic of lanes is arithmetic of numbers") {
  const auto a = some_numbers(1), b = some_numbers(2);
  equals([](auto& r, const auto& x, const auto& y) { r = x + y; }, [](float x, float y) { return x + y; }, a, b);
  equals([](auto& r, const auto& x, const auto& y) { r = x / y; }, [](float x, float y) { return x / y; }, a, b);
  equals([](auto& r, const auto& x, const auto& y) { r = max(x, y); }, [](float x, float y) { return std::max(x, y); },
         a, b);
  equals([](auto& r, const auto& x, const auto& y) { r = min(x, y); }, [](float x, float y) { return std::min(x, y); },
         a, b);
  equals([](auto& r, const auto& x) { r = abs(x); }, [](float x) { return std::abs(x); }, a);
  equals([](auto& r, const auto& x) { r = sqrt(abs(x)); }, [](float x) { return std::sqrt(std::abs(x)); }, a);
  equals([](auto& r, const auto& x, const auto& y) { r = copy_sign(x, y); },
         [](float x, float y) { return std::copysign(x, y); }, a, b);
  equals([](auto& r, const auto& x, const auto& y) { r = select(x < y, x, -x); },
         [](float x, float y) { return x < y ? x : -x; }, a, b);
}

TEST_CASE("max and min give the second operand beside a NaN") {
  const numbers a = {not_a_number, 1.f, -0.f, 0.f}, b = {2.f, not_a_number, 0.f, -0.f};
  equals([](auto& r, const auto& x, const auto& y) { r = max(x, y); }, [](float x, float y) { return y < x ? x : y; },
         a, b);
  equals([](auto& r, const auto& x, const auto& y) { r = min(x, y); }, [](float x, float y) { return x < y ? x : y; },
         a, b);
}

TEST_CASE("floor is the largest whole number below, at every size and sign") {
  numbers a = some_numbers(3);
  const std::array special = {0.f,         -0.f,       0.5f,     -0.5f,     -1.f,        2147483648.f,
                              -8388608.5f, 8388607.5f, infinity, -infinity, not_a_number};
  std::copy(special.begin(), special.end(), a.begin());
  equals([](auto& r, const auto& x) { r = floor(x); }, [](float x) { return std::floor(x); }, a);
}

TEST_CASE("fused rounds once on every machine") {
  for (unsigned seed = 1; seed < 2000; ++seed) {
    auto a = some_numbers(seed), b = some_numbers(seed + 7000), c = some_numbers(seed + 14000);
    for (std::size_t i = 0; i < most; i += 2) c[i] = -a[i] * b[i] * (1 + std::ldexp(1.f, -int(i) / 2 - 8));    // cancel
    equals([](auto& r, const auto& x, const auto& y, const auto& z) { r = fused(x, y, z); },
           [](float x, float y, float z) { return std::fma(x, y, z); }, a, b, c);
  }
}

TEST_CASE("fma rounds once where the instruction set can, and otherwise as a product and a sum") {
  const auto a = some_numbers(4), b = some_numbers(5), c = some_numbers(6);
  const auto plain = [](float x, float y, float z) {
    const volatile float product = x * y;
    return native_lanes > 4 ? std::fma(x, y, z) : product + z;
  };
  equals([](auto& r, const auto& x, const auto& y, const auto& z) { r = fma(x, y, z); }, plain, a, b, c);
}

TEST_CASE("a part of a vector is loaded with zeros behind it and stored with nothing behind it") {
  const auto a = some_numbers(7);
  for (int count = 0; count <= 8; ++count) {
    numbers y;
    y.fill(7.f);
    store_some(y.data(), load_some<floats<8>>(a.data(), count) + 1.f, count);
    for (int i = 0; i < most; ++i) CHECK(y[std::size_t(i)] == (i < count ? a[std::size_t(i)] + 1.f : 7.f));
    CHECK(load_some<floats<8>>(a.data(), 3)[5] == 0.f);
  }
}

TEST_CASE("sums over the lanes fold halves; the largest lane is the largest number") {
  const auto a = some_numbers(8);
  CHECK(same_bits(sum(load<floats<4>>(a.data())), (a[0] + a[2]) + (a[1] + a[3])));
  CHECK(same_bits(sum(load<floats<8>>(a.data())), ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))));
  CHECK(max(load<floats<32>>(a.data())) == *std::max_element(a.begin(), a.end()));
  CHECK(max(load<floats<16>>(a.data())) == *std::max_element(a.begin(), a.begin() + 16));
  CHECK(max(load<floats<2>>(a.data())) == std::max(a[0], a[1]));
}

TEST_CASE("bytes and integers become the floats that they are") {
  std::array<std::uint8_t, most> bytes;
  std::array<std::int32_t, most> integers;
  for (std::size_t i = 0; i < most; ++i) bytes[i] = std::uint8_t(i * 8 + 7), integers[i] = std::int32_t(i) * 1000 - 7;
  const auto check = [&]<int Lanes>(std::integral_constant<int, Lanes>) {
    using V = floats<Lanes>;
    const V b = load_bytes<V>(bytes.data()), n = load_integers<V>(integers.data());
    for (int i = 0; i < Lanes; ++i)
      CHECK((b[i] == float(bytes[std::size_t(i)]) && n[i] == float(integers[std::size_t(i)])));
    CHECK(to_integers(n)[Lanes - 1] == integers[Lanes - 1]);
  };
  check(std::integral_constant<int, 4>{});
  check(std::integral_constant<int, 8>{});
  check(std::integral_constant<int, 16>{});
}

TEST_CASE("exp is right to one unit in the last place, with the same bits in every width") {
  is_close_to([](auto& r, const auto& x) { r = on_cpu::exp(x); }, [](float x) { return on_cpu::exp(x); }, std::exp, 1);
}

TEST_CASE("exp of moderate numbers has the bits of exp, NaN included") {
  const auto check = [](const numbers& x) {
    in_every_width([](auto& r, const auto& v) { r = exp_of_moderate(v); },
                   [&](const numbers& y) {
                     for (std::size_t i = 0; i < most; ++i) {
                       INFO(x[i]);
                       CHECK(same_bits(y[i], on_cpu::exp(x[i])));
                     }
                   },
                   x);
  };
  numbers x;
  for (int first = 0; first < 175 * 16; first += most) {
    for (int i = 0; i < most; ++i) x[std::size_t(i)] = std::min(88.f, -87.f + float(first + i) / 16);
    check(x);
  }
  x[3] = not_a_number;
  check(x);
}

TEST_CASE("any: whether a comparison holds in some lane") {
  const auto check = []<int Lanes>(std::integral_constant<int, Lanes>) {
    using V = floats<Lanes>;
    CHECK(!any(V{} > 0.f));
    for (int i = 0; i < Lanes; ++i) {
      V one{};
      one[i] = 1;
      CHECK(any(one > 0.f));
      CHECK(!any(one > 1.f));
    }
  };
  check(std::integral_constant<int, 2>{});
  check(std::integral_constant<int, 4>{});
  check(std::integral_constant<int, 8>{});
  check(std::integral_constant<int, 16>{});
  check(std::integral_constant<int, 32>{});
}

TEST_CASE("log is right to one unit in the last place, with the same bits in every width") {
  is_close_to([](auto& r, const auto& x) { r = on_cpu::log(x); }, [](float x) { return on_cpu::log(x); }, std::log, 1);
}

TEST_CASE("log1p is right to three units in the last place, with the same bits in every width") {
  is_close_to([](auto& r, const auto& x) { r = on_cpu::log1p(x); }, [](float x) { return on_cpu::log1p(x); },
              std::log1p, 3);
}

TEST_CASE("erf is right to one unit in the last place, with the same bits in every width") {
  is_close_to([](auto& r, const auto& x) { r = on_cpu::erf(x); }, [](float x) { return on_cpu::erf(x); }, std::erf, 1);
}

TEST_CASE("tanh is right to two units in the last place, with the same bits in every width") {
  is_close_to([](auto& r, const auto& x) { r = on_cpu::tanh(x); }, [](float x) { return on_cpu::tanh(x); }, std::tanh,
              2);
}

TEST_CASE("sin and cos are right to two units in the last place, with the same bits in every width") {
  is_close_to([](auto& r, const auto& x) { r = on_cpu::sin(x); }, [](float x) { return on_cpu::sin(x); }, std::sin, 2);
  is_close_to([](auto& r, const auto& x) { r = on_cpu::cos(x); }, [](float x) { return on_cpu::cos(x); }, std::cos, 2);
}

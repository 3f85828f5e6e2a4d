// SPDX-License-Identifier: MIT
#pragma once
// Laws of map: every pattern of extents, every function, conversions of elements.
#include <contrastive/testing/backend_laws/experiment.hpp>

namespace contrastive::testing::laws_of_backends {

template <class B>
law map_reads_an_extent_of_one_at_zero(B& device, const backend_law_options& o) {
  trial_of_law tried("map reads an extent of one at zero, for every pair of operands", o.map);
  random_stream random{o.seed, {.what = purpose::test, .place = 1}};
  for (int shape = 0; shape < o.shapes; ++shape) {
    const index4 grid = random_extents(random, 6);
    for (unsigned both = 0; both < 256; ++both) {
      const index4 of_a = only(grid, both % 16), of_b = only(grid, both / 16);
      tried.add(distance(device,
                         [&](auto& d) {
                           auto a = store(d, normal_numbers(of_a.size(), o.seed)),
                                b = store(d, normal_numbers(of_b.size(), o.seed, 1));
                           auto out = store(d, values(grid.size()));
                           d.map(grid, laid_out(out.data, grid), (term(a, of_a) * 2.5 - term(b, of_b)).tree);
                           return out.read(d);
                         }),
                text_of(of_a) + " and " + text_of(of_b));
    }
  }
  return tried;
}

template <class B>
law map_may_write_to_its_operand(B& device, const backend_law_options& o) {
  trial_of_law tried("map may write to its operand", o.map);
  random_stream random{o.seed, {.what = purpose::test, .place = 2}};
  for (int shape = 0; shape < 10 * o.shapes; ++shape) {
    const index4 grid = random_extents(random, 9), per_channel = only(grid, 8);
    tried.add(distance(device,
                       [&](auto& d) {
                         auto x = store(d, normal_numbers(grid.size(), o.seed)),
                              b = store(d, normal_numbers(per_channel.size(), o.seed, 1));
                         const auto e = term(x, grid);
                         d.map(grid, laid_out(x.data, grid), (e * e + term(b, per_channel)).tree);
                         return x.read(d);
                       }),
              text_of(grid));
  }
  return tried;
}

// ---- functions ------------------------------------------------------------------------------------------------------

/// √ of the mean squared relative error; NaN and infinity must stand at the same places.
inline double relative_error(const values& found, const values& expected) {
  if (found.size() != expected.size()) return HUGE_VAL;
  double sum = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (contrastive::detail::is_exactly(found[i], expected[i]) || (std::isnan(found[i]) && std::isnan(expected[i])))
      continue;
    const double error = (found[i] - expected[i]) / expected[i];
    if (!std::isfinite(error)) return HUGE_VAL;
    sum += error * error;
  }
  return std::sqrt(sum / double(found.size()));
}

/// f(x, y, z) of a function that takes expressions, on a line of values.
template <class B>
values applied(B& device, const std::array<values, 3>& arguments, const auto& f) {
  const index4 line{1, 1, 1, int(arguments[0].size())};
  auto x = store(device, arguments[0]), y = store(device, arguments[1]), z = store(device, arguments[2]);
  auto out = store(device, values(line.size()));
  device.map(line, laid_out(out.data, line), f(term(x, line), term(y, line), term(z, line)).tree);
  return out.read(device);
}

/// Calls each(name, f, least, most) for every function, with the range on which it is tried.
void for_each_function(auto&& each) {
  each("add", [](auto x, auto y, auto) { return x + y; }, 0.5, 8.);
  each("subtract", [](auto x, auto, auto) { return x - 20; }, 0.5, 8.);
  each("multiply", [](auto x, auto y, auto) { return x * y; }, -8., 8.);
  each("divide", [](auto x, auto y, auto) { return x / y; }, -8., 8.);
  each("negative", [](auto x, auto, auto) { return -x; }, -8., 8.);
  each("maximum", [](auto x, auto y, auto) { return maximum(x, y); }, -8., 8.);
  each("minimum", [](auto x, auto y, auto) { return minimum(x, y); }, -8., 8.);
  each("equal", [](auto x, auto y, auto) { return equal(x, y); }, -8., 8.);
  each("equal to itself", [](auto x, auto, auto) { return equal(x, x); }, -8., 8.);
  each("where_greater", [](auto x, auto y, auto z) { return where_greater(x, y, z); }, -8., 8.);
  each("exp", [](auto x, auto, auto) { return exp(x); }, -80., 80.);
  each("log", [](auto x, auto, auto) { return log(x); }, 1e-6, 1e3);
  each("sqrt", [](auto x, auto, auto) { return sqrt(x); }, 1e-6, 1e3);
  each("rsqrt", [](auto x, auto, auto) { return rsqrt(x); }, 1e-6, 1e3);
  each("erf", [](auto x, auto, auto) { return erf(x); }, -5., 5.);
  each("tanh", [](auto x, auto, auto) { return tanh(x); }, -5., 5.);
  each("sin", [](auto x, auto, auto) { return sin(x); }, -40., 40.);
  each("cos", [](auto x, auto, auto) { return cos(x); }, -40., 40.);
  each("sigmoid", [](auto x, auto, auto) { return sigmoid(x); }, -80., 80.);
  each("softplus", [](auto x, auto, auto) { return softplus(x); }, -80., 80.);
  each("abs", [](auto x, auto, auto) { return abs(x); }, -8., 8.);
}

/// Numbers between least and most, exact in float.
inline values uniform_numbers(std::size_t count, std::uint64_t seed, std::uint32_t place, double least, double most) {
  random_stream random{seed, {.what = purpose::test, .place = place}};
  values v(count);
  for (double& x : v) x = double(float(random.uniform(least, most)));
  return v;
}
/// Every triple of numbers that functions may stumble over.
inline std::array<values, 3> special_numbers() {
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const values special{nan, infinity, -infinity, 0, 1, -2};
  std::array<values, 3> triples;
  for (double x : special)
    for (double y : special)
      for (double z : special) triples[0].push_back(x), triples[1].push_back(y), triples[2].push_back(z);
  return triples;
}

template <class B>
void laws_of_functions(laws& tried, B& device, const backend_law_options& o) {
  trial_of_law special("functions treat NaN, infinity and zero as the reference does", o.functions);
  reference oracle;
  for_each_function([&](const std::string& name, const auto& f, double least, double most) {
    std::array<values, 3> numbers;
    for (std::uint32_t k = 0; k < 3; ++k) numbers[k] = uniform_numbers(2003, o.seed, k, least, most);
    tried.push_back({name + " equals the reference's",
                     relative_error(applied(device, numbers, f), applied(oracle, numbers, f)), o.functions});
    const auto edges = special_numbers();
    special.add(relative_error(applied(device, edges, f), applied(oracle, edges, f)), name);
  });
  tried.push_back(special);
}

/// Leaves of another element type are converted to the output's.
template <class E, class B>
law map_reads(B& device, const std::string& element, const backend_law_options& o) {
  trial_of_law tried("map reads " + element + " as numbers", o.map);
  for (int count : {1, 5, 64, 300}) {
    const index4 line{1, 1, 1, count};
    tried.add(distance(device,
                       [&](auto& d) {
                         auto x = store<E>(d, uniform_numbers(line.size(), o.seed, 3, 0, 255)), one = store<E>(d, {3});
                         auto out = store(d, values(line.size()));
                         d.map(line, laid_out(out.data, line),
                               (term(x, line) * 0.0078125 - equal(term(x, line), term(one, {}))).tree);
                         return out.read(d);
                       }),
              std::to_string(count));
  }
  return tried;
}

template <class B>
void map_laws(laws& tried, B& device, const backend_law_options& o) {
  tried.push_back(map_reads_an_extent_of_one_at_zero(device, o));
  tried.push_back(map_may_write_to_its_operand(device, o));
  laws_of_functions(tried, device, o);
  tried.push_back(map_reads<std::int32_t>(device, "int32", o));
  tried.push_back(map_reads<std::uint8_t>(device, "uint8", o));
}

}    // namespace contrastive::testing::laws_of_backends

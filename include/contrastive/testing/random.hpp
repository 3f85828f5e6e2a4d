// SPDX-License-Identifier: MIT
#pragma once
// Numbers for tests: the same for every device, each of them exact in float.
#include <contrastive/core/philox.hpp>

#include <cmath>
#include <vector>

namespace contrastive::testing {

/// `count` standard normal numbers. Another `place` gives others.
inline std::vector<double> normal_numbers(std::size_t count, std::uint64_t seed, std::uint32_t place = 0) {
  random_stream random{seed, {.what = purpose::test, .place = place}};
  std::vector<double> numbers(count);
  for (double& x : numbers) x = double(float(random.normal()));
  return numbers;
}

/// The numbers mean + deviation · x.
inline std::vector<double> normal_numbers(std::size_t count, std::uint64_t seed, std::uint32_t place, double mean,
                                          double deviation) {
  auto numbers = normal_numbers(count, seed, place);
  for (double& x : numbers) x = double(float(mean + deviation * x));
  return numbers;
}

/// `count` different places below `of`, or all of them where there are not more.
inline std::vector<std::size_t> some_places(std::size_t count, std::size_t of, std::uint64_t seed,
                                            std::uint32_t place = 0) {
  std::vector<std::size_t> chosen;
  random_stream random{seed, {.what = purpose::test, .place = place, .sample = 1}};
  for (std::size_t i = 0; i < of; ++i)    // takes each with the share of what is still wanted (Knuth's algorithm S)
    if (random.uniform() * double(of - i) < double(count - chosen.size())) chosen.push_back(i);
  return chosen;
}

namespace detail {
/// Rows of unit length, each number exact in float.
inline void normalize_rows(std::vector<double>& z, std::size_t width) {
  for (std::size_t i = 0; i < z.size(); i += width) {
    double square = 0;
    for (std::size_t k = i; k < i + width; ++k) square += z[k] * z[k];
    for (std::size_t k = i; k < i + width; ++k) z[k] = double(float(z[k] / std::sqrt(square)));
  }
}
}    // namespace detail

}    // namespace contrastive::testing

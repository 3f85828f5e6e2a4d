// SPDX-License-Identifier: MIT
#pragma once
// A law that was tried: its name, what was found, what is allowed. No test framework is needed to read it.
#include <contrastive/core/exactly.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace contrastive::testing {

/// Holds where `found` is at most `bound`; never where `found` is NaN.
struct law {
  std::string name;
  double found = 0, bound = 0;
  std::string where{};    // the worst place, where there is one

  bool holds() const { return found <= bound; }
};

using laws = std::vector<law>;

inline bool all_hold(const laws& tried) {
  bool all = true;
  for (const law& each : tried) all = all && each.holds();
  return all;
}

/// "holds: name: 1e-7, allowed 1e-6 (where)".
inline std::string text_of(const law& each) {
  std::ostringstream text;
  text << (each.holds() ? "holds: " : "BROKEN: ") << each.name << ": " << each.found << ", allowed " << each.bound;
  if (!each.where.empty()) text << " (" << each.where << ")";
  return text.str();
}
inline std::string text_of(const laws& tried) {
  std::string text;
  for (const law& each : tried) text += text_of(each) + "\n";
  return text;
}

/// √(Σ (a − b)² / Σ b²): 0 where nothing differs, infinite where only b is zero, for other sizes and for NaN.
inline double relative_distance(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (a.size() != b.size()) return infinity;
  double error = 0, scale = 0;
  for (std::size_t i = 0; i < b.size(); ++i) error += (a[i] - b[i]) * (a[i] - b[i]), scale += b[i] * b[i];
  if (contrastive::detail::is_exactly(error, 0.)) return 0;
  const double ratio = std::sqrt(error / scale);
  return std::isfinite(ratio) ? ratio : infinity;
}

}    // namespace contrastive::testing

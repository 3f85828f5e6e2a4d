// SPDX-License-Identifier: MIT
#pragma once
// Whether a message holds a part, as a matcher of either Catch2. (In version 3 Contains is about elements.)
#include <string>

#include "support/catch.hpp"

inline auto contains(const std::string& part) {
#if __has_include(<catch2/catch_test_macros.hpp>)
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}

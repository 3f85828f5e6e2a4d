// SPDX-License-Identifier: MIT
#pragma once
// What a command line takes for a seed. (CLI11 would read -1 as the largest number of 64 bits.)
#include <charconv>
#include <cstdint>
#include <string>

/// A check of CLI11: "" or what is wrong.
inline std::string a_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (problem == std::errc{} && end == text.data() + text.size()) return "";
  return "a seed is a whole number from 0 to 18446744073709551615; found " + text;
}

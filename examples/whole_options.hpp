// SPDX-License-Identifier: MIT
#pragma once
// What a command line takes for numbers: decimal digits. (CLI11 would read -1 as the largest number of 64 bits, 010 as
// eight, 0x10 as sixteen, and a time that is nan.)
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace whole_options {
/// No zero stands before other digits.
inline bool is_whole(const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() && (text[0] != '0' || text.size() == 1) &&
         value >= least && value <= most;
}
/// Digits, with a point or without.
inline bool is_time(const std::string& text, double least, double most) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digits = std::count_if(text.begin(), text.end(), digit),
             points = std::count(text.begin(), text.end(), '.');
  if (digits == 0 || points > 1 || std::size_t(digits + points) != text.size() || text.size() > 20) return false;
  const double value = std::stod(text);
  return value >= least && value <= most;
}
}    // namespace whole_options

/// Checks of CLI11: "" or what is wrong.
inline std::string a_seed(const std::string& text) {
  if (whole_options::is_whole(text, 0, UINT64_MAX)) return "";
  return "a seed is a whole number from 0 to 18446744073709551615; found " + text;
}
inline std::string a_count(const std::string& text) {
  if (whole_options::is_whole(text, 1, 1000000)) return "";
  return "expected a whole number from 1 to 1000000; found " + text;
}
inline std::string some_minutes(const std::string& text) {
  if (whole_options::is_time(text, 0.1, 1e6)) return "";
  return "expected minutes, from 0.1 to 1000000; found " + text;
}
inline std::string some_seconds(const std::string& text) {
  if (whole_options::is_time(text, 0, 1e9)) return "";
  return "expected seconds, from 0 to 1000000000; found " + text;
}

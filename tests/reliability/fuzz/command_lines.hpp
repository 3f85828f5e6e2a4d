// SPDX-License-Identifier: MIT
#pragma once
// The examples' command lines as targets of a fuzzer: one word in each line of the input.
#define CONTRASTIVE_DATA_DIR "data"
#include "../../../examples/first_light_command_line.hpp"
#include "../../../examples/quickstart/command_line.hpp"
#include "../../../examples/survey/command_line.hpp"
#include "input.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace fuzz {

/// What the words say, or CLI11's own error. A whole number is what its last word says, in decimal digits; a time is
/// a finite number.
template <class Options>
void parse(bytes input, Options o, void (*add)(CLI::App&, Options&)) {
  std::vector<std::string> words;
  std::istringstream lines(std::string(input.begin(), input.end()));
  for (std::string word; std::getline(lines, word);) words.push_back(word);
  CLI::App app;
  add(app, o);
  std::reverse(words.begin(), words.end());    // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError&) {
    return;
  }
  const auto says = [&](const char* option, auto value) {
    const auto* found = app.get_option(option);
    require(found->count() == 0 || found->results().back() == std::to_string(value), "a number is what its word says");
  };
  says("--seed", o.seed), says("--epochs", o.epochs), says("--threads", o.threads);
  if constexpr (requires { o.spent; }) require(std::isfinite(o.spent), "seconds are a number");
  if constexpr (requires { o.minutes; }) require(o.minutes > 0 && std::isfinite(o.minutes), "minutes are a number");
}

inline void first_light(bytes input) { parse<first_light_options>(input, {}, add_options); }
inline void survey_line(bytes input) { parse<survey::options>(input, {}, survey::add_options); }
inline void quickstart_line(bytes input) { parse<quickstart::options>(input, {}, quickstart::add_options); }

}    // namespace fuzz

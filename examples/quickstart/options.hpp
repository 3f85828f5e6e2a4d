// SPDX-License-Identifier: MIT
#pragma once
// What a person asks of the quick start.
#include <cstdint>
#include <string>

namespace quickstart {

struct options {
  std::string data, summary;
  int epochs = 0, threads = 0;    // 0: what there is time for; all
  int draws = 1;                  // of few labels
  std::uint64_t seed = 1;
  double spent = 0;    // seconds before this program began
};

}    // namespace quickstart

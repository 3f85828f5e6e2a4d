// SPDX-License-Identifier: MIT
#pragma once
// What a person asks of the survey.
#include <cstdint>
#include <string>
#include <vector>

namespace survey {

struct options {
  std::string data, folder = "survey-run", page = "survey.html", json = "survey.json";
  std::vector<std::string> methods{};    // empty: all
  double minutes = 30;
  int epochs = 0;                             // 0: what there is time for
  int images = 0;                             // of the training images; 0: all
  int seeds = 1, threads = 0, batch = 128;    // threads: 0: all
  std::uint64_t seed = 1;
  double spent = 0;    // seconds before this program began
};

}    // namespace survey

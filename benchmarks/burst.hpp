// SPDX-License-Identifier: MIT
#pragma once
// What the plain programs of a comparison share: the machine's peak around a burst, one line of JSON, the command line.
#include <contrastive/backend/cpu/kernels/fma_peak.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace burst {

using namespace contrastive::on_cpu;

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline isa isa_named(std::string_view text) {
  return text == "avx512" ? isa::avx512 : text == "avx2" ? isa::avx2 : isa::portable;
}

/// --key=… --seconds=… --threads=…, and whatever else a program asks for.
struct options {
  int argc;
  char** argv;
  std::string text(std::string_view name, std::string fallback) const {
    for (int i = 1; i < argc; ++i) {
      const std::string_view a = argv[i];
      if (a.size() > name.size() + 2 && a.substr(0, 2) == "--" && a.substr(2, name.size()) == name &&
          a[name.size() + 2] == '=')
        return std::string(a.substr(name.size() + 3));
    }
    return fallback;
  }
  double number(std::string_view name, double fallback) const {
    const std::string t = text(name, "");
    return t.empty() ? fallback : std::atof(t.c_str());
  }
};

/// The shortest of as many calls as fit into `seconds`, at least two, after one that does not count.
double shortest(double seconds, const auto& call) {
  call();
  double best = 1e30;
  const double end = now() + seconds;
  for (int i = 0; i < 2 || now() < end; ++i) {
    const double start = now();
    call();
    best = std::min(best, now() - start);
  }
  return best;
}

}    // namespace burst

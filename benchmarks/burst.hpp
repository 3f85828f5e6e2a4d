// SPDX-License-Identifier: MIT
#pragma once
// What the plain programs of a comparison share: the machine's peak around a burst, one line of JSON, the command line.
#include <contrastive/backend/cpu/isa.hpp>
#include <contrastive/backend/cpu/simd.hpp>
#include <contrastive/backend/cpu/workers.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#define CONTRASTIVE_KERNELS "fma_peak.inl"
#include <contrastive/backend/cpu/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace burst {

using namespace contrastive::on_cpu;

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Operations of some independent multiply-adds of a set that is compiled here.
inline double multiply_adds(isa set) {
  constexpr long rounds = 200000;
#if defined(CONTRASTIVE_HAS_AVX512)
  if (set == isa::avx512) return avx512_code::multiply_add<16>(rounds);
#endif
#if defined(CONTRASTIVE_HAS_AVX2)
  if (set == isa::avx2) return avx2_code::multiply_add<8>(rounds);
#endif
#if defined(CONTRASTIVE_HAS_PORTABLE)
  if (set == isa::portable) return portable_code::multiply_add<4>(rounds);
#endif
  return 0;
}

/// GF/s of so many threads together, in independent fused multiply-adds: the best of many trials of a millisecond, since new
/// threads share a core for a while.
double fma_peak(workers& pool, isa set, const auto& clock) {
  double best = 0;
  for (const double end = clock() + 0.2; clock() < end;) {
    std::vector<double> flops(std::size_t(pool.threads()));
    const double start = clock();
    pool.run(pool.threads(), [&](int i) { flops[std::size_t(i)] = multiply_adds(set); });
    double all = 0;
    for (const double f : flops) all += f;
    best = std::max(best, all / (clock() - start) / 1e9);
  }
  return best;
}
inline double fma_peak(int threads, isa set = usable_isa()) {
  workers pool{threads};
  return fma_peak(pool, set, now);
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

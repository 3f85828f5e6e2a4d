// SPDX-License-Identifier: MIT
#pragma once
// What this machine can do at most: independent fused multiply-adds on all threads of a pool.
#include <contrastive/backend/cpu/kernels/isa.hpp>
#include <contrastive/backend/cpu/kernels/simd.hpp>
#include <contrastive/backend/cpu/kernels/workers.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/fma_peak.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Operations of some independent multiply-adds of a set that is compiled here.
inline double multiply_adds(isa set) {
  return in_code_of(set, [](auto here) {
    constexpr int lanes = here.set == isa::avx512 ? 16 : here.set == isa::avx2 ? 8 : 4;
    return multiply_add<lanes>(here, 200000);
  });
}

/// GF/s of so many threads together by clock() in seconds: the best of many trials of a millisecond, since new threads
/// share a core for a while.
double fma_peak(workers& pool, isa set, const auto& clock) {
  double best = 0;
  for (const double end = clock() + 0.2; clock() < end;) {
    std::vector<double> operations(std::size_t(pool.threads()));
    const double start = clock();
    pool.run(pool.threads(), [&](int i) { operations[std::size_t(i)] = multiply_adds(set); });
    double all = 0;
    for (const double o : operations) all += o;
    best = std::max(best, all / (clock() - start) / 1e9);
  }
  return best;
}
/// The same by the time of day, of new threads.
inline double fma_peak(int threads, isa set = usable_isa()) {
  workers pool{threads};
  return fma_peak(pool, set, [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

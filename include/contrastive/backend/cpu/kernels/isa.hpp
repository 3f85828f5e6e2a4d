// SPDX-License-Identifier: MIT
#pragma once
// The instruction sets that kernels carry, and how the best one of the running CPU is found.
//
// Kernels are compiled for every set in one unit, whatever its flags, and chosen at run time. Their text stands in .inl
// files that for_each_isa.inl reads once for each set, inside a namespace of its own (portable_code, avx2_code,
// avx512_code) and under the compiler's pragma for that set. Vectors never pass from one such namespace to another.
#include <contrastive/backend/cpu/kernels/check.hpp>
#include <contrastive/backend/cpu/kernels/simd.hpp>

#include <string>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

enum class isa { portable, avx2, avx512 };    // portable: the unit's own flags, vectors of four

constexpr const char* name_of(isa set) {
  return set == isa::avx512 ? "avx512" : set == isa::avx2 ? "avx2" : "portable";
}

/// What a CPU (and its operating system) can do; tests make one up.
struct cpu_features {
  bool avx2 = false, fma = false, avx512f = false, avx512dq = false, avx512bw = false, avx512vl = false;
};

inline cpu_features features_of_this_cpu() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return {.avx2 = bool(__builtin_cpu_supports("avx2")),
          .fma = bool(__builtin_cpu_supports("fma")),
          .avx512f = bool(__builtin_cpu_supports("avx512f")),
          .avx512dq = bool(__builtin_cpu_supports("avx512dq")),
          .avx512bw = bool(__builtin_cpu_supports("avx512bw")),
          .avx512vl = bool(__builtin_cpu_supports("avx512vl"))};
#else
  return {};
#endif
}

constexpr isa best_isa(const cpu_features& cpu) {
  const bool avx2 = cpu.avx2 && cpu.fma;
  const bool avx512 = avx2 && cpu.avx512f && cpu.avx512dq && cpu.avx512bw && cpu.avx512vl;
  return avx512 ? isa::avx512 : avx2 ? isa::avx2 : isa::portable;
}
inline isa best_isa() { return best_isa(features_of_this_cpu()); }

/// The set that the unit's own flags name: all that remains with CONTRASTIVE_NATIVE.
inline constexpr isa native_isa = native_lanes == 16 ? isa::avx512 : native_lanes == 8 ? isa::avx2 : isa::portable;

/// The best set that is compiled and that the CPU has. Throws device_error where the unit's own flags ask for more.
inline isa usable_isa(const cpu_features& cpu) {
  const isa found = best_isa(cpu);
  if (found < native_isa)
    throw device_error(std::string("this program was built for a CPU with ") + name_of(native_isa) +
                       ", and this one has " + (found == isa::avx2 ? "avx2 at most" : "neither avx512 nor avx2") +
                       ": build it without -march, or on this machine");
#if defined(CONTRASTIVE_NATIVE)
  return native_isa;
#else
  return found;
#endif
}
inline isa usable_isa() { return usable_isa(features_of_this_cpu()); }

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

// Vectors for each of those namespaces.
#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/simd/every.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

// A value in each of those namespaces, by which argument-dependent lookup finds what stands beside it.
namespace portable_code {
struct here {
  static constexpr isa set = isa::portable;
};
}    // namespace portable_code
namespace avx2_code {
struct here {
  static constexpr isa set = isa::avx2;
};
}    // namespace avx2_code
namespace avx512_code {
struct here {
  static constexpr isa set = isa::avx512;
};
}    // namespace avx512_code

/// f(here) in the code of a set: the one place where a set is chosen. With CONTRASTIVE_NATIVE there is one only, and
/// the device holds `set` to be that. Tables, and the structs behind them, are templates so that only what is asked for
/// is compiled.
decltype(auto) in_code_of([[maybe_unused]] isa set, const auto& f) {
#if defined(CONTRASTIVE_HAS_AVX512) && !defined(CONTRASTIVE_NATIVE)
  if (set == isa::avx512) return f(avx512_code::here{});
  if (set == isa::avx2) return f(avx2_code::here{});
#endif
#if defined(CONTRASTIVE_HAS_PORTABLE)
  return f(portable_code::here{});
#elif defined(CONTRASTIVE_HAS_AVX2)
  return f(avx2_code::here{});
#else
  return f(avx512_code::here{});
#endif
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

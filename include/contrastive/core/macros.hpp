// SPDX-License-Identifier: MIT
#pragma once
// The only macros above the backend line: a function for host and device, a member without a place of its own, a
// portable kernel body.
#include <contrastive/core/compiler.hpp>

/// Marks a function that a CUDA compiler must also compile for the device.
#ifdef __CUDACC__
#define CONTRASTIVE_FN __host__ __device__
#else
#define CONTRASTIVE_FN
#endif

/// Marks a member that takes no room where it is empty. Clang 16 crashes on aggregates with such members.
#if defined(__clang__) && __clang_major__ < 17
#define CONTRASTIVE_NO_ADDRESS
#else
#define CONTRASTIVE_NO_ADDRESS [[no_unique_address]]
#endif

#define CONTRASTIVE_MORE(...) __VA_OPT__(, ) __VA_ARGS__

// A kernel's numbers are cast as in C, which both its languages know, and those of its views may differ in precision.
// Where it compares them, it means it.
#if defined(__GNUC__) && !defined(__CUDACC__)
#define CONTRASTIVE_BODY_BEGIN                                                                                         \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wold-style-cast\"")                                \
      _Pragma("GCC diagnostic ignored \"-Wdouble-promotion\"") _Pragma("GCC diagnostic ignored \"-Wfloat-equal\"")
#define CONTRASTIVE_BODY_END _Pragma("GCC diagnostic pop")
#else
#define CONTRASTIVE_BODY_BEGIN
#define CONTRASTIVE_BODY_END
#endif

/// A body that runs once for every place (n, h, w, c) of a grid: compiled as C++ and quoted as OpenCL C.
///
/// CONSTANTS are written `(int size, int stride)` or `()`, and VIEWS `(auto out, auto in)`, at least one. The body
/// reads and writes `in(n, h, w, c)`, calls the type of its numbers `real`, and keeps to what both languages share:
/// `int`, `long` and `real` variables, `fmin`, `fmax`, `floor`; gather form, no atomics. Both kinds of argument are
/// run-time values, so a kernel is compiled once for a backend and not once for a shape.
#define CONTRASTIVE_KERNEL(NAME, CONSTANTS, VIEWS, ...)                                                                \
  CONTRASTIVE_BODY_BEGIN                                                                                               \
  struct NAME {                                                                                                        \
    static constexpr const char *constants = #CONSTANTS, *views = #VIEWS, *body = #__VA_ARGS__;                        \
    template <class real>                                                                                              \
    CONTRASTIVE_FN static void run([[maybe_unused]] int n, [[maybe_unused]] int h, [[maybe_unused]] int w,             \
                                   [[maybe_unused]] int c CONTRASTIVE_MORE CONSTANTS CONTRASTIVE_MORE VIEWS) {         \
      __VA_ARGS__                                                                                                      \
    }                                                                                                                  \
  };                                                                                                                   \
  CONTRASTIVE_BODY_END

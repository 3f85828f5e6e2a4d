// SPDX-License-Identifier: MIT
#pragma once
// How a thread computes with floats (rounding, subnormal numbers), taken from one thread and given to another.
#include <contrastive/backend/cpu/kernels/target.hpp>

#if defined(__SSE__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Made: as the thread that makes it computes. Applied: this thread computes so from now on.
#if defined(__SSE__)
class float_control {
 public:
  void apply() const {
    if ((_mm_getcsr() & modes) != bits_) _mm_setcsr(bits_);
  }

 private:
  static constexpr unsigned modes = 0xffc0;    // the other bits say what has happened
  unsigned bits_ = _mm_getcsr() & modes;
};
#else
class float_control {
 public:
  float_control() { std::fegetenv(&environment_); }
  void apply() const { std::fesetenv(&environment_); }

 private:
  std::fenv_t environment_;
};
#endif

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

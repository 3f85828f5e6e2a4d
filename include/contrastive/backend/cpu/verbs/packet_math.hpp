// SPDX-License-Identifier: MIT
#pragma once
// The functions of expressions on packets: ours, so that results do not hang on the system's mathematics library. No
// override of a device: they say what a function is on a type of numbers, and the header of the packets includes them.
#include <contrastive/backend/cpu/kernels/simd.hpp>
#include <contrastive/expr/scalar.hpp>

namespace contrastive::scalar {

template <on_cpu::FloatVector V>
struct math<V> {
  static V exp(const V& x) { return on_cpu::exp(x); }
  static V log(const V& x) { return on_cpu::log(x); }
  static V log1p(const V& x) { return on_cpu::log1p(x); }
  static V sqrt(const V& x) { return on_cpu::sqrt(x); }
  static V erf(const V& x) { return on_cpu::erf(x); }
  static V tanh(const V& x) { return on_cpu::tanh(x); }
  static V sin(const V& x) { return on_cpu::sin(x); }
  static V cos(const V& x) { return on_cpu::cos(x); }
};

}    // namespace contrastive::scalar

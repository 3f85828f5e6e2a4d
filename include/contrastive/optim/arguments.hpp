// SPDX-License-Identifier: MIT
#pragma once
// What optimizers refuse of their numbers, with the name of the number.
#include <contrastive/core/error.hpp>

#include <cmath>
#include <string>

namespace contrastive::detail {

[[noreturn]] inline void refuse_number(const char* who, const char* what, double value, const char* expected) {
  throw argument_error(std::string(who) + ": " + what + " is " + std::to_string(value) + "; it must be " + expected);
}
inline void require_from_zero(const char* who, const char* what, double value) {
  if (!(value >= 0) || std::isinf(value)) refuse_number(who, what, value, "a number from 0 on");
}
/// A share that is kept from step to step: at 1 nothing would ever be forgotten.
inline void require_below_one(const char* who, const char* what, double value) {
  if (!(value >= 0 && value < 1)) refuse_number(who, what, value, "from 0 to below 1");
}
template <class Optimizer>
void validate_optimizer(const typename Optimizer::config& c) {
  if constexpr (requires { Optimizer::validate(c); }) Optimizer::validate(c);
}

}    // namespace contrastive::detail

// SPDX-License-Identifier: MIT
#pragma once
// What a family of kernels asks of its callers, asked at its door. With NDEBUG nothing is asked.
#include <contrastive/backend/cpu/kernels/target.hpp>
#include <contrastive/core/error.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

[[noreturn]] inline void refuse_call(const char* sentence) { throw argument_error(sentence); }

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#if defined(NDEBUG)
#define CONTRASTIVE_CHECK(condition, sentence) static_cast<void>(0)
#else
#define CONTRASTIVE_CHECK(condition, sentence)                                                                         \
  ((condition) ? static_cast<void>(0) : ::contrastive::on_cpu::refuse_call(sentence))
#endif

// SPDX-License-Identifier: MIT
#pragma once
// Counts every allocation of an executable: to be included by one of its sources only. With the thread sanitizer, which has
// operators of its own and allows no others, it counts none.
#include "support/allocations.hpp"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_THREAD__)
#define CONTRASTIVE_COUNTS_NO_ALLOCATIONS
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CONTRASTIVE_COUNTS_NO_ALLOCATIONS
#endif
#endif

#ifndef CONTRASTIVE_COUNTS_NO_ALLOCATIONS
// noinline: otherwise g++ 12 sees free() beside new and warns of a mismatch
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size ? size : 1);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto multiple = std::size_t(alignment);
  if (void* memory = std::aligned_alloc(multiple, (size + multiple) / multiple * multiple)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
#endif

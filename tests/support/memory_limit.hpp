// SPDX-License-Identifier: MIT
#pragma once
// A machine of little memory: while it lives, this process may have only some bytes more than it has. Where a sanitizer
// allocates, which ends the process instead, there is no such thing.
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool memory_can_end = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool memory_can_end = false;
#else
inline constexpr bool memory_can_end = true;
#endif
#else
inline constexpr bool memory_can_end = true;
#endif

class memory_limit {
 public:
  explicit memory_limit(rlim_t more) {
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    getrlimit(RLIMIT_AS, &old_);
    const rlimit limit{pages * rlim_t(sysconf(_SC_PAGESIZE)) + more, old_.rlim_max};
    setrlimit(RLIMIT_AS, &limit);
  }
  ~memory_limit() { setrlimit(RLIMIT_AS, &old_); }
  memory_limit(const memory_limit&) = delete;
  memory_limit& operator=(const memory_limit&) = delete;

 private:
  rlimit old_{};
};

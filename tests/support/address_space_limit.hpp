// SPDX-License-Identifier: MIT
#pragma once
// A system that is short of memory, or of threads, whose stacks take some: while it lives, this process gets only so much
// more of addresses. Not under the sanitizers, which cannot live with it.
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define CONTRASTIVE_SANITIZED
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define CONTRASTIVE_SANITIZED
#endif
#endif

#if defined(__linux__) && !defined(CONTRASTIVE_SANITIZED)
#define CONTRASTIVE_LIMITS_ADDRESS_SPACE

class address_space_limit {
 public:
  explicit address_space_limit(std::size_t more_bytes) {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    getrlimit(RLIMIT_AS, &old_);
    const rlimit limit{rlim_t(pages * std::size_t(sysconf(_SC_PAGESIZE)) + more_bytes), old_.rlim_max};
    setrlimit(RLIMIT_AS, &limit);
  }
  ~address_space_limit() { setrlimit(RLIMIT_AS, &old_); }
  address_space_limit(const address_space_limit&) = delete;
  address_space_limit& operator=(const address_space_limit&) = delete;

 private:
  rlimit old_{};
};
#endif

// SPDX-License-Identifier: MIT
#pragma once
// A disk that is full: while it lives, no file of this process grows beyond some bytes.
#include <sys/resource.h>

#include <csignal>

class size_limit {
 public:
  explicit size_limit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~size_limit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  size_limit(const size_limit&) = delete;
  size_limit& operator=(const size_limit&) = delete;

 private:
  rlimit old_{};
  void (*handler_)(int);
};

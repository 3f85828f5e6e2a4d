// SPDX-License-Identifier: MIT
#pragma once
// Threads that read the samples of a batch together, each some of them, and wait in between.
#include <contrastive/core/error.hpp>
#include <contrastive/data/dataset_concepts.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace contrastive::detail {

/// How many threads read such a data set where `asked` are wanted, or 0 for a number that suits.
template <Dataset D>
int reading_threads(int asked) {
  if (ReadByOne<D>) return 1;
  if (asked > 0) return asked;
  return LiesInMemory<D> ? 1 : int(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
}

/// A team of `threads`, the calling one among them: `for_each(n, f)` calls f(0) … f(n − 1), each once, in no order.
///
/// What f throws for the smallest i is thrown again when all have come to rest, whoever was first. After its
/// construction it allocates nothing.
class readers {
 public:
  explicit readers(int threads) {
    try {
      for (int t = 1; t < threads; ++t) helpers_.emplace_back([this] { help(); });
    } catch (const std::exception& refused) {
      join();
      throw device_error("loader: could start " + std::to_string(helpers_.size() + 1) + " of " +
                         std::to_string(threads) + " threads that read: " + refused.what() +
                         "; ask for fewer (.threads)");
    }
  }
  ~readers() { join(); }
  readers(const readers&) = delete;
  readers& operator=(const readers&) = delete;

  template <class F>
  void for_each(std::size_t count, const F& f) {
    if (helpers_.empty()) {
      for (std::size_t i = 0; i < count; ++i) f(i);
      return;
    }
    begin(count, &f, [](const void* body, std::size_t i) { (*static_cast<const F*>(body))(i); });
    work();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return working_ == 0; });
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  static constexpr std::size_t together = 4;    // samples that a thread takes at a time

  void join() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    begun_.notify_all();
    for (auto& h : helpers_) h.join();
  }
  void begin(std::size_t count, const void* body, void (*call)(const void*, std::size_t)) {
    {
      const std::lock_guard lock(mutex_);
      body_ = body, call_ = call, count_ = count, next_ = 0, working_ = helpers_.size(), ++round_;
    }
    begun_.notify_all();
  }
  void help() {
    for (std::size_t seen = 0;;) {
      {
        std::unique_lock lock(mutex_);
        begun_.wait(lock, [&] { return stop_ || round_ != seen; });
        if (stop_) return;
        seen = round_;
      }
      work();
      const std::lock_guard lock(mutex_);
      if (--working_ == 0) ended_.notify_one();
    }
  }
  // Samples are handed out in their order, so all before one that fails are read too, and the smallest failure is
  // found.
  void work() {
    for (std::size_t first = take(); first < count_; first = take())
      for (std::size_t i = first; i < std::min(first + together, count_); ++i) try {
          call_(body_, i);
        } catch (...) {
          fail(i);
          return;
        }
  }
  std::size_t take() {
    const std::lock_guard lock(mutex_);
    return failure_ ? count_ : std::exchange(next_, next_ + together);
  }
  void fail(std::size_t i) {
    const std::lock_guard lock(mutex_);
    if (!failure_ || i < failed_) failure_ = std::current_exception(), failed_ = i;
  }

  std::vector<std::thread> helpers_;
  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  const void* body_ = nullptr;
  void (*call_)(const void*, std::size_t) = nullptr;
  std::size_t count_ = 0, next_ = 0, working_ = 0, round_ = 0, failed_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;
};

}    // namespace contrastive::detail

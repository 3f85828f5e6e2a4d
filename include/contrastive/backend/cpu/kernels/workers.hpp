// SPDX-License-Identifier: MIT
#pragma once
// A pool of threads that stays: `run` shares numbered tasks among them and returns when all are done.
#include <contrastive/backend/cpu/kernels/float_control.hpp>
#include <contrastive/core/error.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Threads owned by a device value: the caller's and `threads − 1` helpers.
///
/// Tasks are cut by shape and taken in order by whoever is free, so results do not depend on the number of threads.
/// Several users may call `run` at once: one works, the others wait. A `run` inside a task is done there and then by
/// its own thread. The first exception of a task ends the run (tasks not begun are left out) and reaches the caller.
/// Helpers round as the caller does. Nothing is allocated after construction, which throws device_error where the
/// system refuses a thread.
///
///     workers pool{2};
///     pool.run(images, [&](int n) { … });                       // f(0) … f(images − 1)
///     pool.run(images, [&](int n, int thread) { … });           // thread: 0 … threads() − 1, no two at once alike
class workers {
 public:
  explicit workers(int threads) {
    threads = std::clamp(threads, 1, int(inside));
    try {
      helpers_.reserve(std::size_t(threads - 1));
      for (int i = 1; i < threads; ++i) helpers_.emplace_back([this, i] { help(i); });
    } catch (const std::exception& refused) {
      join();
      throw device_error("the cpu device could start " + std::to_string(this->threads()) + " of " +
                         std::to_string(threads) + " threads: " + refused.what() + "; ask for fewer (.threads)");
    }
  }
  workers(const workers&) = delete;
  workers& operator=(const workers&) = delete;
  ~workers() { join(); }

  /// A thread's turn: no other user's runs come in between. Memory that a device's users share is locked inside a turn,
  /// never before it, as a task may ask for that memory too. Inside a task, and inside a turn, it changes nothing.
  ///
  ///     const workers::turn mine(pool);
  ///     const std::scoped_lock one(memory.in_use);
  class turn {
   public:
    // not inlined: each run of a pool, of which a network has many, begins with it
    [[gnu::noinline]] explicit turn(workers& pool) : number_(pool.number_of_this_thread()) {
      if (number_ >= 0) return;
      number_ = 0;
      pool.user_.lock();
      ends_ = &pool;
      pool.owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    [[gnu::noinline]] ~turn() {
      if (!ends_) return;
      ends_->owner_.store(std::thread::id{}, std::memory_order_relaxed);
      ends_->user_.unlock();
    }
    int number() const { return number_; }    // of this thread in the pool

   private:
    int number_;
    workers* ends_ = nullptr;    // null: it began further out
  };

  int threads() const { return int(helpers_.size()) + 1; }

  template <class Task>
    requires std::is_invocable_v<const Task&, int> || std::is_invocable_v<const Task&, int, int>
  void run(int tasks, const Task& task) {
    const turn mine(*this);
    if (mine.number() > 0 || running_) return do_all(tasks, task, mine.number());
    const while_running now{running_};
    if (helpers_.empty() || tasks <= 1) return do_all(tasks, task, 0);
    const auto each = [&task](int i, int thread) { call(task, i, thread); };
    share(tasks, &each, [](const void* f, int i, int thread) { (*static_cast<decltype(&each)>(f))(i, thread); });
  }

 private:
  struct job {
    int tasks = 0;
    const void* task = nullptr;
    void (*call)(const void*, int task, int thread) = nullptr;    // null: the pool is closing down
    float_control floats{};                                       // the caller's
  };
  struct while_running {
    bool& running;
    explicit while_running(bool& r) : running(r) { running = true; }
    ~while_running() { running = false; }
  };

  // state_: how many helpers are inside the job | whether it is open | the job's number.
  // A helper that comes late finds the job closed, so nobody ever waits for one that sleeps.
  static constexpr unsigned inside = 0x3ff, is_open = 0x400, next_job = 0x800;
  static constexpr int looks = 4000;    // before sleeping: some 100 µs

  template <class Task>
  static void call(const Task& task, int i, int thread) {
    if constexpr (std::is_invocable_v<const Task&, int, int>) task(i, thread);
    else task(i);
  }
  template <class Task>
  static void do_all(int tasks, const Task& task, int thread) {
    for (int i = 0; i < tasks; ++i) call(task, i, thread);
  }

  int number_of_this_thread() const {    // −1: not one that is working here
    const auto self = std::this_thread::get_id();
    if (owner_.load(std::memory_order_relaxed) == self) return 0;
    for (std::size_t i = 0; i < helpers_.size(); ++i)
      if (helpers_[i].get_id() == self) return int(i) + 1;
    return -1;
  }

  void share(int tasks, const void* task, void (*call_it)(const void*, int, int)) {
    work_ = {tasks, task, call_it};
    next_.store(0, std::memory_order_relaxed);
    open();
    take_tasks(0);
    close();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

  void join() {
    work_ = {};
    open();
    for (auto& helper : helpers_) helper.join();
  }
  void open() {
    state_.store((state_.load(std::memory_order_relaxed) + next_job) | is_open, std::memory_order_release);
    state_.notify_all();
  }
  void close() {
    unsigned now = state_.fetch_and(~is_open, std::memory_order_acq_rel) & ~is_open;
    while ((now & inside) != 0) now = wait_until_other_than(now);
  }

  void help(int thread) {
    for (unsigned seen = 0;;) {
      unsigned now = state_.load(std::memory_order_acquire);
      while ((now & is_open) == 0 || now / next_job == seen) now = wait_until_other_than(now);
      if (!state_.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel)) continue;
      seen = now / next_job;
      if (!work_.call) return;
      work_.floats.apply();
      take_tasks(thread);
      if (const unsigned before = state_.fetch_sub(1, std::memory_order_acq_rel); before % next_job == 1)
        state_.notify_all();
    }
  }

  void take_tasks(int thread) {
    try {
      for (int i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < work_.tasks;) work_.call(work_.task, i, thread);
    } catch (...) {
      next_.store(work_.tasks, std::memory_order_relaxed);
      const std::scoped_lock one(failing_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  unsigned wait_until_other_than(unsigned old) {
    for (int i = 0; i < looks; ++i) {
      if (const unsigned now = state_.load(std::memory_order_acquire); now != old) return now;
      pause();
    }
    state_.wait(old, std::memory_order_acquire);
    return state_.load(std::memory_order_acquire);
  }
  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }

  job work_;
  std::exception_ptr failure_;
  std::mutex user_, failing_;
  std::atomic<std::thread::id> owner_{};    // whose turn it is
  bool running_ = false;                    // its tasks; the owner looks at it, and nobody else
  alignas(64) std::atomic<unsigned> state_{0};
  alignas(64) std::atomic<int> next_{0};
  std::vector<std::thread> helpers_;    // last: they start when all else stands
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

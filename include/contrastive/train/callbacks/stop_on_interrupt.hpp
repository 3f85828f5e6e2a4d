// SPDX-License-Identifier: MIT
#pragma once
// A callback that ends a run well when Ctrl-C is pressed: after the step that is under way.
#include <contrastive/train/callbacks/callback.hpp>

#include <atomic>
#include <csignal>
#include <mutex>
#include <utility>

namespace contrastive {

namespace detail {

// A signal handler can be told nothing, so what it knows is global: the one such place in the library.
struct interrupt {
  std::atomic<bool> asked{false};
  std::mutex mutex;    // of what follows; the handler takes no lock
  int watchers = 0;
  struct sigaction before{};

  static void handle(int number);
};
inline interrupt interrupts;

// Pressed a second time, Ctrl-C does what it did before.
inline void interrupt::handle(int number) {
  if (!interrupts.asked.exchange(true)) return;
  sigaction(number, &interrupts.before, nullptr);
  std::raise(number);
}

}    // namespace detail

/// From on_start to on_end, Ctrl-C (SIGINT) stops the run after its step: fit returns `interrupted`, and checkpoints
/// are written as at any end. A second Ctrl-C acts as without this callback. The old handler comes back in any case; a
/// process that ignores the signal goes on ignoring it. Several runs may watch at a time: all of them stop.
class stop_on_interrupt {
 public:
  stop_on_interrupt() = default;
  ~stop_on_interrupt() { release(); }
  stop_on_interrupt(const stop_on_interrupt&) = delete;
  stop_on_interrupt& operator=(const stop_on_interrupt&) = delete;

  void on_start(const run_info&) {
    if (std::exchange(watching_, true)) return;
    auto& all = detail::interrupts;
    const std::lock_guard lock(all.mutex);
    if (all.watchers++ > 0) return;
    all.asked = false;
    struct sigaction ours{};
    ours.sa_handler = &detail::interrupt::handle;
    ours.sa_flags = SA_RESTART;    // reads and writes under way are not disturbed
    sigaction(SIGINT, nullptr, &all.before);
    if (all.before.sa_handler != SIG_IGN) sigaction(SIGINT, &ours, nullptr);
  }
  control on_step(const step_info&) const { return detail::interrupts.asked ? control::stop : control::go_on; }
  void on_end(const fit_result&) { release(); }

 private:
  void release() {
    if (!std::exchange(watching_, false)) return;
    auto& all = detail::interrupts;
    const std::lock_guard lock(all.mutex);
    if (--all.watchers == 0) sigaction(SIGINT, &all.before, nullptr);
  }
  bool watching_ = false;
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Threads that may stand still.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

/// Ends the program where what it watches has not ended in time: a thread that stands still cannot be left.
class watchdog {
 public:
  explicit watchdog(const char* what)
      : thread_([this, what] {
          for (int tenths = 0; !over_; ++tenths) {
            if (tenths == 600) {
              std::cerr << what << " stands still" << std::endl;
              std::_Exit(1);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
          }
        }) {}
  ~watchdog() {
    over_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

// SPDX-License-Identifier: MIT
// Laws of the thread pool: every task once, on any number of threads, from several users, through exceptions.
#include <contrastive/backend/cpu/kernels/workers.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using contrastive::on_cpu::workers;

TEST_CASE("a pool does every task exactly once") {
  const int threads = GENERATE(1, 2, 3, 5);
  workers pool{threads};
  CHECK(pool.threads() == threads);
  for (int tasks : {0, 1, 2, 7, 1000}) {
    std::vector<std::atomic<int>> done(static_cast<std::size_t>(tasks));
    pool.run(tasks, [&](int i) { ++done[std::size_t(i)]; });
    CHECK(std::all_of(done.begin(), done.end(), [](auto& n) { return n == 1; }));
  }
}

TEST_CASE("a pool of no threads has one: the caller's") {
  workers pool{0};
  CHECK(pool.threads() == 1);
  auto self = std::thread::id{};
  pool.run(1, [&](int) { self = std::this_thread::get_id(); });
  CHECK(self == std::this_thread::get_id());
}

TEST_CASE("what tasks have written can be read after the run, many runs in a row") {
  workers pool{3};
  std::array<int, 8> sums{};
  for (int round = 0; round < 2000; ++round) pool.run(8, [&](int i) { sums[std::size_t(i)] += i; });
  for (int i = 0; i < 8; ++i) CHECK(sums[std::size_t(i)] == 2000 * i);
}

TEST_CASE("a pool wakes up after it has slept") {
  workers pool{2};
  std::atomic<int> done = 0;
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    pool.run(4, [&](int) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      ++done;
    });
  }
  CHECK(done == 20);
}

TEST_CASE("no two tasks have the same thread's number at once") {
  workers pool{4};
  std::array<std::atomic<int>, 4> inside{};
  std::atomic<bool> alone = true;
  pool.run(500, [&](int, int thread) {
    if (++inside[std::size_t(thread)] != 1) alone = false;
    std::this_thread::yield();
    --inside[std::size_t(thread)];
  });
  CHECK(alone);
}

TEST_CASE("a run inside a task is done by that task's thread") {
  workers pool{3};
  std::atomic<int> done = 0;
  std::atomic<bool> same_thread = true;
  pool.run(6, [&](int, int thread) {
    const auto self = std::this_thread::get_id();
    pool.run(5, [&](int, int nested) {
      if (std::this_thread::get_id() != self || nested != thread) same_thread = false;
      ++done;
    });
  });
  CHECK(done == 30);
  CHECK(same_thread);
}

TEST_CASE("two users of one pool take turns") {
  workers pool{2};
  std::array<int, 4> counts{};    // not atomic: two runs at once would lose some
  const auto use = [&] {
    for (int round = 0; round < 1000; ++round) pool.run(4, [&](int i) { ++counts[std::size_t(i)]; });
  };
  std::thread other(use);
  use();
  other.join();
  CHECK(counts == std::array{2000, 2000, 2000, 2000});
}

TEST_CASE("a task's exception reaches the caller, and the pool goes on") {
  workers pool{GENERATE(1, 3)};
  const auto throwing = [](int i) {
    if (i == 7) throw std::runtime_error("task 7");
  };
  CHECK_THROWS_WITH(pool.run(100, throwing), "task 7");
  std::atomic<int> done = 0;
  pool.run(10, [&](int) { ++done; });
  CHECK(done == 10);
}

TEST_CASE("pools of two devices do not mix") {
  workers one{2}, two{2};
  std::atomic<int> done = 0;
  one.run(4, [&](int) { two.run(4, [&](int) { ++done; }); });
  CHECK(done == 16);
}

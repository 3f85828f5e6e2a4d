// SPDX-License-Identifier: MIT
// Laws of the thread pool: every task once, on any number of threads, from several users, through exceptions.
#include <contrastive/backend/cpu/kernels/workers.hpp>

#include "support/address_space_limit.hpp"
#include "support/catch.hpp"
#include "support/watchdog.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

using Catch::Matchers::EndsWith, Catch::Matchers::StartsWith;
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

TEST_CASE("memory that is locked inside a turn is free for tasks as well, whoever else uses the pool") {
  const watchdog dog("a pool whose tasks use shared memory");
  workers pool{3};
  std::mutex in_use;
  long runs = 0;
  const auto use = [&] {
    const workers::turn mine(pool);
    const std::scoped_lock one(in_use);
    for (int i = 0; i < 2; ++i) pool.run(4, [](int) {});
    ++runs;
  };
  std::thread other([&] {
    for (int i = 0; i < 2000; ++i) use();
  });
  for (int i = 0; i < 500; ++i) pool.run(4, [&](int) { use(); });
  other.join();
  CHECK(runs == 4000);
}

TEST_CASE("runs inside a turn are shared among the threads, and nobody else's come in between") {
  const watchdog dog("a turn");
  workers pool{2};
  std::atomic<bool> mine_now = false, disturbed = false;
  std::thread other([&] {
    for (int i = 0; i < 2000; ++i) pool.run(2, [&](int) { disturbed = disturbed || mine_now; });
  });
  for (int i = 0; i < 200; ++i) {
    const workers::turn mine(pool);
    mine_now = true;
    std::atomic<int> arrived = 0;
    for (int run = 1; run <= 2; ++run)
      pool.run(2, [&](int) {    // each task waits for the other: a thread cannot do both
        ++arrived;
        while (arrived < 2 * run) std::this_thread::yield();
      });
    mine_now = false;
  }
  other.join();
  CHECK_FALSE(disturbed);
}

TEST_CASE("every thread of a pool rounds as the caller of the run does") {
  workers pool{3};
  const volatile float one = 1, three = 3;
  for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TONEAREST}) {
    std::array<float, 3> found{};
    std::atomic<int> arrived = 0;
    std::fesetround(mode);
    const float expected = one / three;
    pool.run(3, [&](int, int thread) {    // one task for each thread
      found[std::size_t(thread)] = one / three;
      ++arrived;
      while (arrived < 3) std::this_thread::yield();
    });
    std::fesetround(FE_TONEAREST);
    CHECK(expected == (mode == FE_DOWNWARD ? 0x1.555554p-2f : 0x1.555556p-2f));
    CHECK(found == std::array{expected, expected, expected});
  }
}

#ifdef CONTRASTIVE_LIMITS_ADDRESS_SPACE
TEST_CASE("a pool that the system gives too few threads says how many there were, and leaves none behind") {
  const auto make = [] {
    const address_space_limit limit(std::size_t(100) << 20);    // a thread's stack takes some megabytes
    workers{900};
  };
  CHECK_THROWS_AS(make(), contrastive::device_error);
  CHECK_THROWS_WITH(make(),
                    StartsWith("the cpu device could start ") &&
                        EndsWith(" of 900 threads: Resource temporarily unavailable; ask for fewer (.threads)"));
  CHECK(workers{3}.threads() == 3);
}
#endif

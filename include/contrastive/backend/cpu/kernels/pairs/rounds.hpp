// SPDX-License-Identifier: MIT
#pragma once
// All pairs of blocks in an order that does not depend on threads: the rounds of a tournament.
//
// Block by block, each has its own tasks done in the order of the rounds, so what they add up is added in one order.
// Tasks are taken in order and wait only for earlier ones: for the last round of their two blocks.
#include <contrastive/backend/cpu/kernels/workers.hpp>

#include <cstdint>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

class pair_rounds {
 public:
  /// turns: one number for each block, and one more where their number is odd.
  pair_rounds(int blocks, std::int32_t* turns) : blocks_(blocks), even_(blocks + blocks % 2), turns_(turns) {}

  /// task(a, b, thread) for all a ≤ b; no two that share a block at once.
  template <class Task>
  void run(workers& pool, const Task& task) const {
    std::fill(turns_, turns_ + even_, 0);
    const int of_round = even_ / 2;
    pool.run(blocks_ + (even_ - 1) * of_round, [&](int i, int thread) {
      if (i < blocks_) return task(i, i, thread), finished(i, 1);
      const int round = (i - blocks_) / of_round, place = (i - blocks_) % of_round;
      const int last = even_ - 1;    // stays where it is while the others turn
      const int one = place == 0 ? last : (round + place) % last,
                other = place == 0 ? round : (round - place + last) % last;
      const int a = std::min(one, other), b = std::max(one, other);
      wait_for(a, round + 1);
      if (b < blocks_) {
        wait_for(b, round + 1);
        task(a, b, thread);
        finished(b, round + 2);
      }
      finished(a, round + 2);
    });
  }

 private:
  std::atomic_ref<std::int32_t> turn(int block) const { return std::atomic_ref(turns_[block]); }
  void finished(int block, int turns) const { turn(block).store(turns, std::memory_order_release); }
  void wait_for(int block, int turns) const {
    for (int looks = 0; turn(block).load(std::memory_order_acquire) < turns; ++looks)
      if (looks > 2000) std::this_thread::yield();
  }

  int blocks_, even_;
  std::int32_t* turns_;
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

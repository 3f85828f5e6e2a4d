// SPDX-License-Identifier: MIT
#pragma once
// Each row's nearest neighbor in a queue.
#include <contrastive/method/state.hpp>

namespace contrastive::detail {

// clang-format off
CONTRASTIVE_KERNEL(find_nearest, (int count), (auto at, auto product, auto top),
  int k = 0;
  while (k + 1 < count && product(n, 0, 0, k) != top(n, 0, 0, 0)) ++k;
  at(n, 0, 0, 0) = k;)
CONTRASTIVE_KERNEL(take_rows, (), (auto to, auto from, auto at), to(n, h, w, c) = from(at(n, 0, 0, 0), 0, 0, c);)
// clang-format on

/// Of rows of length 1 the nearest is the one with the largest product; of several, the one that stands first.
template <class S, int Queue>
class nearest_in_queue {
 public:
  explicit nearest_in_queue(parts<S>& owner) : memory_(owner, 1) {}

  /// to = for each row of view v its neighbor among the queue's. u: (n, d), queue: (Queue, d), to: (n, d).
  void operator()(auto& m, const auto& to, const auto& u, const auto& queue) {
    auto& [product, top, at] = *memory_;
    gemm(m, by_row(product), by_row(u), transpose(by_row(queue)));    // (n, Queue)
    reduce<fold::max>(m, top, product);                               // (n)
    launch<find_nearest>(m, operand_of(at).grid(), {Queue}, at, product, top);
    launch<take_rows>(m, operand_of(to).grid(), to, queue, at);    // (n, d)
  }

 private:
  using device = typename S::device;
  struct held {
    tensor<device, features<Queue>> product;
    tensor<device, features<1>> top;
    tensor<device, features<1>, std::int32_t> at;
  };
  scratchpad<S, held> memory_;
};

}    // namespace contrastive::detail

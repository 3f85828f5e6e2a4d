// SPDX-License-Identifier: MIT
#pragma once
// Assignments of a batch beside vectors of earlier batches: where a batch is smaller than the number of prototypes.
#include <contrastive/loss/sinkhorn.hpp>
#include <contrastive/method/state.hpp>

#include <cstdint>
#include <string>

namespace contrastive::detail {

/// SwAV's queues (Caron et al. 2020, section 4.1 "working with small batches"), one for each of the two views that are
/// assigned: the last Queue vectors of that view, whose scores beside today's prototypes stand before those of the
/// batch when assignments are made. Vectors are kept from the first step on, and used from `queue_from_epoch` on, as
/// soon as a queue is full.
template <class S, int K, int Queue>
class queued_assignments {
  using B = typename S::device;
  static constexpr int width = S::template output_of<>::channels;
  struct held {
    tensor<B, features<K>> scores;    // (Queue + n, k), then the assignments
    sinkhorn::memory<B, K> memory;
  };

 public:
  explicit queued_assignments(parts<S>& owner)
      : of_view_0_(owner, "queue_0"), of_view_1_(owner, "queue_1"), held_(owner, 1, Queue) {}

  /// Whether the queues take part in this step.
  static bool used(const auto& m, const auto& config) {
    const std::int64_t kept = std::int64_t(m.at.step) * (m.views.rows / S::global_count);
    return m.at.epoch >= config.queue_from_epoch && kept >= Queue;
  }
  /// s: (n, k) scores of view 0 or 1; prototypes: (k, d); q: (n, k), written.
  void assign(auto& m, const auto& config, int view, const auto& prototypes, const auto& s, const auto& q) {
    const auto scores = operand_of(held_->scores), rows = operand_of(s);
    const auto of_queue = scores.slice(0, Queue), of_batch = scores.slice(Queue, rows.rows);
    gemm(m, by_row(of_queue), by_row(queue(view).all()), transpose(by_row(prototypes)));    // (Queue, k)
    m.device.copy(of_batch.data, rows.data, rows.size());                                   // (n, k)
    sinkhorn::assign(m, held_->memory, config.epsilon, config.rounds, held_->scores, held_->scores);
    m.device.copy(operand_of(q).data, of_batch.data, rows.size());    // (n, k)
  }
  /// Once a step, after its assignments. z: (v·n, d)
  void push(auto& m, const auto& z) {
    for (int v : {0, 1}) queue(v).push(m, m.view(z, v));
  }
  ring<S, Queue, width>& queue(int view) { return view == 0 ? of_view_0_ : of_view_1_; }

  static void require(const auto& config) {
    if (config.queue_from_epoch < 0)
      throw argument_error("swav: queue_from_epoch counts epochs from 0; it is " +
                           std::to_string(config.queue_from_epoch));
  }

 private:
  ring<S, Queue, width> of_view_0_, of_view_1_;
  scratchpad<S, held> held_;
};

/// No queue.
template <class S, int K>
class queued_assignments<S, K, 0> {
 public:
  explicit queued_assignments(parts<S>&) {}
  static constexpr bool used(const auto&, const auto&) { return false; }
  void assign(auto&&...) {}
  void push(auto&&...) {}
  static void require(const auto&) {}
};

}    // namespace contrastive::detail

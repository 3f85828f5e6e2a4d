// SPDX-License-Identifier: MIT
#pragma once
// Swapped assignments: a view predicts to which prototypes another view of its sample is assigned.
#include <contrastive/loss/sinkhorn.hpp>
#include <contrastive/methods/queued_assignments.hpp>
#include <contrastive/methods/view_targets.hpp>
#include <contrastive/nn/linear.hpp>

namespace contrastive {

namespace detail {
/// Each row of c divided by its length. c: (k, d); squares, written: (k)
void put_rows_on_sphere(auto& ctx, const auto& c, const auto& squares) {
  reduce<fold::sum>(ctx, squares, square(expression_of(c)));
  map(ctx, c, c / maximum(sqrt(squares), 1e-12));
}
}    // namespace detail

/// SwAV (Caron et al. 2020, eq. 1 to 3, algorithm 1). The first two views are assigned to prototypes, a batch equally
/// over all of them (loss/sinkhorn.hpp); every other view of the sample, local ones too (augment/multi_crop.hpp),
/// predicts the assignment by its softmax over z·c, both of length 1:
///
///     loss = −1/(2(V − 1)) · Σ_{i = 0, 1} Σ_{v ≠ i} mean over the batch of Σ_k q_ik log softmax(z_v·c / τ)_k
///
/// Nothing goes back through assignments q. Prototypes are put on the sphere before each step, as in the paper's code:
/// their gradient is that of a linear layer.
///
/// Prototypes outnumber what there is to tell apart by far (3000 for the thousand classes of ImageNet); nobody can
/// check that without labels. Where a batch is smaller than their number, take a queue: assignments are then made
/// beside those of the last Queue vectors z of the same view (methods/queued_assignments.hpp). A queue shorter than a
/// batch is refused.
///
///     using swav = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                               ct::swav<256>>;
///     swav model{{.method = {.frozen_epochs = 1}}};
///     … ct::swav<3000, 3840> …                                  // with a queue, from epoch 15 on
template <int Prototypes = 512, int Queue = 0>
struct swav {
  struct config {
    double temperature = 0.1;
    double epsilon = 0.05;        // of the assignments: the smaller, the nearer to one prototype each
    int rounds = 3;               // of Sinkhorn and Knopp
    int frozen_epochs = 1;        // in which prototypes stay as they began
    int queue_from_epoch = 15;    // of those that count from 0: before it the queue, if there is one, only fills
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("epsilon", c.epsilon...);
      f("rounds", c.rounds...), f("frozen_epochs", c.frozen_epochs...);
      f("queue_from_epoch", c.queue_from_epoch...);
    }
  };
  static_assert(Queue >= 0, "a queue has some vectors, or none: swav<Prototypes, 3840>, or swav<Prototypes>");
  static constexpr bool takes_local_views = true;
  template <class Encoder, class Head>
  using network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", l2_normalize>>;
  template <class S>
  static constexpr bool fits() {
    return detail::views_have_targets<swav, Prototypes, S>();
  }

  template <class S>
  struct on : parts<S> {
    using B = typename S::device;
    learner<S> online{*this, "", S::global_count};
    learner<S, linear<Prototypes, bias::no>, typename S::template output_of<>> prototypes{*this, "prototypes"};
    detail::view_targets<S, Prototypes> targets{*this};
    scratchpad<S, sinkhorn::memory<B, Prototypes>> memory{*this, 1};
    scratchpad<S, chunk<B, features<1>, Prototypes>> length{*this};
    detail::queued_assignments<S, Prototypes, Queue> queues{*this};
    all_views<S> all{*this, online};

    loss_report step(auto& m) {
      const config& c = m.settings.method;
      detail::put_rows_on_sphere(m, weight(), length->first(Prototypes));
      const auto& z = all.forward(m);              // (v·n, d)
      const auto& s = prototypes.forward(m, z);    // (v·n, k)
      const auto report = m.checked(judge(m, c, s));
      if (m.at.epoch < c.frozen_epochs) prototypes.backward_to_input(m, all.dy());
      else prototypes.backward(m, all.dy()), prototypes.update(m);
      all.backward(m);
      online.update(m);
      queues.push(m, z);
      return report;
    }

   private:
    loss_report judge(auto& m, const config& c, const auto& s) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      detail::require_temperature(c.temperature);
      queues.require(c);
      for (int v : {0, 1}) assign(m, c, v, m.view(s, v), targets.of(v));
      return targets.judge(m, c.temperature, s, prototypes.dy());
    }
    void assign(auto& m, const config& c, int view, const auto& s, const auto& q) {
      if (queues.used(m, c)) queues.assign(m, c, view, weight(), s, q);
      else sinkhorn::assign(m, *memory, c.epsilon, c.rounds, s, q);
    }
    const auto& weight() { return part<0>(prototypes.net().parameters.value).weight; }    // (k, d)
  };
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Swapped assignments: a view predicts to which prototypes another view of its sample is assigned.
#include <contrastive/loss/sinkhorn.hpp>
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

/// SwAV (Caron et al. 2020, eq. 1 to 3, algorithm 1) without its queue. The first two views are assigned to prototypes,
/// a batch equally over all of them (loss/sinkhorn.hpp); every other view of the sample predicts the assignment by its
/// softmax over z·c, both of length 1. Nothing goes back through assignments. Prototypes are put on the sphere before
/// each step, as in the paper's code: their gradient is that of a linear layer.
///
/// Prototypes outnumber what there is to tell apart by far (3000 for the thousand classes of ImageNet); nobody can
/// check that without labels. A batch should not be much smaller than their number: the paper keeps a queue where it
/// is.
///
///     using swav = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>,
///                               ct::swav<256>>;
///     swav model{{.method = {.frozen_epochs = 1}}};
template <int Prototypes = 512>
struct swav {
  struct config {
    double temperature = 0.1;
    double epsilon = 0.05;    // of the assignments: the smaller, the nearer to one prototype each
    int rounds = 3;           // of Sinkhorn and Knopp
    int frozen_epochs = 1;    // in which prototypes stay as they began
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("epsilon", c.epsilon...);
      f("rounds", c.rounds...), f("frozen_epochs", c.frozen_epochs...);
    }
  };
  template <class Encoder, class Head>
  using network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", l2_normalize>>;
  template <class S>
  static constexpr bool fits() {
    return detail::views_have_targets<swav, Prototypes, S>();
  }

  template <class S>
  struct on : parts<S> {
    using B = typename S::device;
    learner<S> online{*this};
    learner<S, linear<Prototypes, bias::no>, typename S::template output_of<>> prototypes{*this, "prototypes"};
    detail::view_targets<S, Prototypes> targets{*this};
    scratchpad<S, sinkhorn::memory<B, Prototypes>> memory{*this, 1};
    scratchpad<S, chunk<B, features<1>, Prototypes>> length{*this};

    loss_report step(auto& m) {
      detail::put_rows_on_sphere(m, part<0>(prototypes.net().parameters.value).weight, length->first(Prototypes));
      const auto& z = online.forward(m, m.views);    // (v·n, d)
      const auto& s = prototypes.forward(m, z);      // (v·n, k)
      const auto report = m.checked(judge(m, m.settings.method, s));
      if (m.at.epoch < m.settings.method.frozen_epochs) prototypes.backward_to_input(m, online.dy());
      else prototypes.backward(m, online.dy()), prototypes.update(m);
      online.backward(m);
      online.update(m);
      return report;
    }

   private:
    loss_report judge(auto& m, const config& c, const auto& s) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      detail::require_temperature(c.temperature);
      for (int v : {0, 1}) sinkhorn::assign(m, *memory, c.epsilon, c.rounds, m.view(s, v), targets.of(v));
      return targets.judge(m, c.temperature, s, prototypes.dy());
    }
  };
};

}    // namespace contrastive

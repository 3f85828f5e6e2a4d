// SPDX-License-Identifier: MIT
#pragma once
// Self-distillation without labels: a student predicts what a teacher, who follows it, says of another view.
#include <contrastive/loss/centered_softmax.hpp>
#include <contrastive/methods/view_targets.hpp>
#include <contrastive/nn/unit_linear.hpp>

#include <array>

namespace contrastive {

/// DINO (Caron et al. 2021, algorithm 1 and eq. 3). The teacher sees the first two views; the student's softmax of
/// every other view of the sample, local ones too (augment/multi_crop.hpp), is to say the same over `Outputs`
/// directions:
///
///     loss = −1/(2(V − 1)) · Σ_{i = 0, 1} Σ_{v ≠ i} mean over the batch of Σ_k t_ik log softmax(s_v / τ)_k
///
/// The head ends in the bottleneck, whose vectors are put on the unit sphere; the last layer (`unit_linear`) is a part
/// of its own, "last_layer".
///
/// Nothing but center and temperature keeps the teacher from saying always the same: watch `target_entropy` (log
/// Outputs: it says nothing) and `outputs_in_use` (1: it says one thing only). Outputs outnumber what there is to tell
/// apart by far, which nobody can check without labels.
///
///     using head = ct::sequential<ct::linear<256, ct::bias::no>, ct::batch_norm, ct::gelu, ct::linear<64>>;
///     using dino = ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, head, ct::dino<512>>;
///     dino model{{.method = {.momentum = {0.99, 1}}}};
///     model.freeze("teacher");
template <int Outputs = 2048>
struct dino {
  struct config {
    double temperature = 0.1;             // of the student
    double teacher_temperature = 0.07;    // after its warm-up
    double warmup_temperature = 0.04;     // of the teacher in the first step; from there on a line
    double temperature_warmup = 0.3;      // share of all steps
    scheduled momentum{0.996, 1};         // of the teacher
    double center_momentum = 0.9;
    int frozen_epochs = 1;    // in which the last layer stays as it began
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("teacher_temperature", c.teacher_temperature...);
      f("warmup_temperature", c.warmup_temperature...), f("temperature_warmup", c.temperature_warmup...);
      f("momentum", c.momentum...), f("center_momentum", c.center_momentum...);
      f("frozen_epochs", c.frozen_epochs...);
    }

    /// Of the teacher, when that share of the run is over.
    double teacher_temperature_at(double progress) const {
      if (progress >= temperature_warmup) return teacher_temperature;
      return warmup_temperature + (teacher_temperature - warmup_temperature) * progress / temperature_warmup;
    }
  };
  static constexpr bool takes_local_views = true;
  template <class Encoder, class Head>
  using network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", l2_normalize>>;
  template <class S>
  static constexpr bool fits() {
    return detail::views_have_targets<dino, Outputs, S>();
  }

  template <class S>
  struct on : parts<S> {
    using B = typename S::device;
    using output_numbers = parameter<B, per_channel<Outputs>, role::running_mean>;
    learner<S> student{*this, "", S::global_count};
    learner<S, unit_linear<Outputs>, typename S::template output_of<>> last_layer{*this, "last_layer"};
    twin<S> teacher{*this, "teacher", student, 2};
    twin<S, decltype(last_layer)> teacher_last_layer{*this, "teacher_last_layer", last_layer, 2};
    kept<S, output_numbers> center{*this, "center"};
    detail::view_targets<S, Outputs> targets{*this};
    scratchpad<S, centered_softmax::memory<B>> memory{*this, 1};
    all_views<S> all{*this, student};

    loss_report step(auto& m) {
      const config& c = m.settings.method;
      require(c);
      const auto two = tensor<B, typename S::input>{m.views.data, m.views.rows / S::global_count * 2};
      const auto& s = last_layer.forward(m, all.forward(m));                     // (v·n, k)
      const auto& t = teacher_last_layer.forward(m, teacher.forward(m, two));    // (2n, k)
      const auto report = m.checked(judge(m, c, s, t));
      centered_softmax::move(m, c.center_momentum, t, *center, targets.mean());
      if (m.at.epoch < c.frozen_epochs) last_layer.backward_to_input(m, all.dy());
      else last_layer.backward(m, all.dy()), last_layer.update(m);
      all.backward(m);
      student.update(m);
      const double momentum = c.momentum.at(m.at.progress());
      teacher.follow(m, momentum), teacher_last_layer.follow(m, momentum);
      return report;
    }

   private:
    loss_report judge(auto& m, const config& c, const auto& s, const auto& t) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      const double tau = c.teacher_temperature_at(m.at.progress());
      for (int v : {0, 1})
        centered_softmax::assign(m, *memory, tau, detail::rows_of_part(t, v, 2), *center, targets.of(v));
      return targets.judge(m, c.temperature, s, last_layer.dy());
    }
    static void require(const config& c) {
      for (const double tau : std::array{c.temperature, c.teacher_temperature, c.warmup_temperature})
        detail::require_temperature(tau);
      require_share("the momentum of the center", c.center_momentum);
      require_share("the momentum of the teacher", c.momentum.first);
      require_share("the momentum of the teacher", c.momentum.last);
      require_share("temperature_warmup, a share of all steps,", c.temperature_warmup);
    }
    static void require_share(const char* what, double value) {
      if (!(value >= 0 && value <= 1))
        throw argument_error("dino: " + std::string(what) + " is between 0 and 1; it is " + std::to_string(value));
    }
  };
};

}    // namespace contrastive

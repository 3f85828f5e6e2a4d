// SPDX-License-Identifier: MIT
#pragma once
// Fine-tuning: an encoder that comes from elsewhere and a new head learn classes, each at its own rate.
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/method/judge.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/method/split_learner.hpp>

#include <cmath>

namespace contrastive {

/// The phase of an encoder that is only used, for `fine_tune`.
using frozen_encoder = inference;

namespace detail {
template <class L>
struct fine_tuning_learns_classes {
  static_assert(never<L>,
                "fine-tuning learns classes: give it a loss of logits with learns_classes, such as cross_entropy");
};
template <class P>
struct fine_tuned_in_a_phase {
  static_assert(never<P>,
                "an encoder that is fine-tuned learns (ct::training), learns with still batch-norms (ct::fixed), or is "
                "frozen (ct::frozen_encoder)");
};
template <class Head>
struct head_of_classes {
  static_assert(never<Head>,
                "a head for classes ends in a vector of two or more logits for each image, as linear<classes> does");
};

/// What a person tunes where the encoder learns.
template <class L>
struct fine_tuning_config {
  double encoder_rate = 0.1;    // share of the head's rate
  double head_alone = 0;        // share of the run, its beginning, in which the encoder rests
  typename L::config loss{};
  static constexpr void members(auto&& f, auto&... c) {
    f("encoder_rate", c.encoder_rate...), f("head_alone", c.head_alone...), f("loss", c.loss...);
  }

  /// Throws argument_error for shares that no run can mean.
  void validate() const {
    if (!(encoder_rate > 0))
      throw argument_error(
          "encoder_rate is the encoder's share of the learning rate, above 0; an encoder that stays as it is has the "
          "method fine_tune<loss, frozen_encoder>");
    if (!(head_alone >= 0 && head_alone < 1))
      throw argument_error(
          "head_alone is the share of the run in which the head learns alone, from 0 to below 1; an encoder that never "
          "learns has the method fine_tune<loss, frozen_encoder>");
  }
};
/// Where it is frozen.
template <class L>
struct head_training_config {
  typename L::config loss{};
  static constexpr void members(auto&& f, auto&... c) { f("loss", c.loss...); }
};
}    // namespace detail

/// Learns classes with an encoder whose weights were learned before: the head at the optimizer's rate, the encoder at
/// `encoder_rate` times that, after a first share `head_alone` of the run in which it rests (Kumar et al. 2022: a head
/// that knows nothing would spoil features that are good).
///
/// The phase says what becomes of the encoder: `training` learns; `fixed` learns, but its batch-norms keep the
/// statistics they came with, which suits few images; `frozen_encoder` is used as in inference: no tape, no gradients,
/// no updates, its weights and statistics afterwards equal in every bit. At rest it is used in that way too. With
/// encoder_rate 1 and head_alone 0 it is what a pipeline with the loss alone does.
///
///     using tuned = ct::pipeline<ct::cpu, image, one_view, ct::small_convnet<>, ct::linear<5>,
///                                ct::fine_tune<ct::cross_entropy>, ct::sgd>;
///     tuned model{{.method = {.encoder_rate = 0.1, .head_alone = 0.2}}};
///     ct::copy_encoder(pretrained, model);    // or ct::load_weights(model, "encoder.safetensors")
///     model.fit(few, {.epochs = 20, .batch = 64});
///     std::cout << ct::classify(model, test).accuracy;
template <Loss L = cross_entropy, Phase EncoderPhase = training>
struct fine_tune {
  static constexpr bool encoder_learns = EncoderPhase::keeps_tape;
  using config = std::conditional_t<encoder_learns, detail::fine_tuning_config<L>, detail::head_training_config<L>>;
  using learns_classes = void;
  static constexpr bool needs_labels = true, compares_directions = false;

  template <class S>
  static constexpr bool fits() {
    using logits = typename S::template output_of<>;
    if constexpr (!LearnsClasses<L> || !std::is_same_v<detail::prepare_of<L>, sequential<>>)
      return detail::refuse<detail::fine_tuning_learns_classes<L>>();
    else if constexpr (!encoder_learns && !std::is_same_v<EncoderPhase, inference>)
      return detail::refuse<detail::fine_tuned_in_a_phase<EncoderPhase>>();
    else if constexpr (logits::pixels != 1 || logits::channels < 2)
      return detail::refuse<detail::head_of_classes<typename S::head>>();
    else return true;
  }

  template <class S>
  struct on : parts<S> {
    split_learner<S, EncoderPhase> net{*this};
    judge<S, L, typename S::template output_of<>> loss{*this};

    loss_report step(auto& m) {
      const config& c = m.settings.method;
      if (S::view_count > 1 && m.settings.view_passes == passes::each_view)
        throw argument_error("fine_tune takes all views through the network at once: leave view_passes as it is");
      const auto [rests, rate, before] = turn_of_encoder(c, m.at);
      const auto& logits = net.forward(m, m.views, rests);    // (v·n, k)
      const auto report = loss(m, c.loss, logits, net.dy());
      net.backward(m);
      net.update(m, rate, before);
      return report;
    }

   private:
    struct turn {
      bool rests;
      double rate;
      int before;    // its updates so far
    };
    static turn turn_of_encoder([[maybe_unused]] const config& c, [[maybe_unused]] const detail::step_place& at) {
      if constexpr (encoder_learns) {
        c.validate();
        const int first = int(std::llround(c.head_alone * at.steps_total));
        return {at.step < first, c.encoder_rate, at.step - first};
      } else return {true, 0, 0};
    }
  };
};

}    // namespace contrastive

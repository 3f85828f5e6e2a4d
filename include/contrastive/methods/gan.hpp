// SPDX-License-Identifier: MIT
#pragma once
// A generative adversarial network: images out of noise, and a discriminator whose encoder learns to tell them apart.
#include <contrastive/expr/derivative.hpp>
#include <contrastive/methods/decoder_fits.hpp>

namespace contrastive {

/// max(0, 1 − s) of images and max(0, 1 + s) of generated ones, s being the discriminator's score; the generator's −s
/// (Lim & Ye 2017; Miyato et al. 2018, eq. 16 and 17).
struct hinge {
  static constexpr auto real(auto s) { return maximum(1 - s, 0); }
  static constexpr auto generated(auto s) { return maximum(1 + s, 0); }
  static constexpr auto generator(auto s) { return -s; }
};

/// −log σ(s) of images and −log(1 − σ(s)) of generated ones; the generator's −log σ(s) (Goodfellow et al. 2014,
/// section 3).
struct non_saturating {
  static constexpr auto real(auto s) { return softplus(-s); }
  static constexpr auto generated(auto s) { return softplus(expression_of(s)); }
  static constexpr auto generator(auto s) { return softplus(-s); }
};

namespace detail {
template <class Head>
struct head_of_a_gan {
  static_assert(never<Head>, "the discriminator of a gan gives one score: the head of the pipeline ends in one output");
};

/// Whether a generator that learns from every k-th batch has its turn, and how many turns it had.
struct generator_turn {
  generator_turn(int step, int every) : is_now((step + 1) % required(every) == 0), before((step + 1) / every - 1) {}
  bool is_now;
  int before;

 private:
  static int required(int every) {
    if (every < 1)
      throw argument_error(
          "discriminator_steps is the number of batches for each one of the generator: at least 1, "
          "found " +
          std::to_string(every));
    return every;
  }
};
}    // namespace detail

/// A GAN whose discriminator is encoder and head, and whose generator decodes Size standard normal numbers. In each
/// step the discriminator learns from the batch and as many generated images, in passes of their own; in each
/// `discriminator_steps`-th the generator learns from the new one's scores of the same images. Figures: the generator's
/// loss by the discriminator as the step found it, and mean scores. There is no chance level: a discriminator that
/// knows nothing has a loss of 2 (hinge) or 2·log 2, but a perfect generator brings it back to that.
///
///     using discriminator = ct::sequential<ct::spectral_norm<ct::conv2d<32, 3, 2, 1, ct::bias::yes>>, ct::relu, …>;
///     using gan = ct::pipeline<ct::cpu, image, ct::n_views<1, ct::normalize>, discriminator,
///                              ct::spectral_norm<ct::linear<1>>, ct::gan<ct::small_decoder<image>, 64>, ct::adam>;
///     gan model{{.optimizer = {.learning_rate = 2e-4, .beta1 = 0, .beta2 = 0.9}}};
///     const ct::matrix images = ct::generate(model, 64);    // (64, h·w·c), in the views' units
template <class Generator, int Size = 64, class Rule = hinge>
struct gan {
  struct config {
    int discriminator_steps = 1;
    part_config<Generator> generator{};
    static constexpr void members(auto&& f, auto&... c) {
      f("discriminator_steps", c.discriminator_steps...), f("generator", c.generator...);
    }
  };
  static constexpr int views_needed = 1;
  static constexpr bool compares_directions = false;

  template <class S>
  static constexpr bool fits() {
    if constexpr (!std::is_same_v<typename S::template output_of<>, features<1>>)
      return detail::refuse<detail::head_of_a_gan<typename S::head>>();
    else return detail::decoder_fits<Generator, features<Size>, typename S::input>();
  }

  template <class S>
  struct on : parts<S> {
    learner<S> discriminator{*this};
    learner<S, Generator, features<Size>> generator{*this, "generator", &config::generator};
    noise<S, Size> code{*this};
    figures<S, "real", "generated", "generator", "real_score", "generated_score"> figure{*this};

    loss_report step(auto& m) {
      const detail::generator_turn turn(m.at.step, m.settings.method.discriminator_steps);
      const auto& images = generator.forward(m, code.draw(m));    // (n, h, w, c)

      judge(m, discriminator.forward(m, m.views), 0, 3, [](auto s) { return Rule::real(s); });
      discriminator.backward(m);
      const auto& s = discriminator.forward(m, images);    // (n, 1)
      judge(m, s, 1, 4, [](auto x) { return Rule::generated(x); });
      reduce<fold::sum>(m, figure[2], Rule::generator(expression_of(s)) * (1. / s.rows));
      const auto report = m.checked(found());
      discriminator.backward_adding(m);
      discriminator.update(m);

      if (turn.is_now) learn_to_generate(m, images, turn.before);
      return report;
    }

    const auto& images_of_codes() const { return generator; }
    static constexpr bool encodes = false;

   private:
    /// The generator's step, through a discriminator that learns nothing by it.
    void learn_to_generate(auto& m, const auto& images, int before) {
      judge(m, discriminator.forward(m, images), 2, 4, [](auto s) { return Rule::generator(s); });
      (void)m.checked({.value = figure.read()[2]});
      discriminator.backward_to_input(m, generator.dy());
      generator.backward(m);
      generator.update(m, before);
    }
    /// The mean loss of scores s, (n, 1), their mean, and the slope that the discriminator goes back from.
    void judge(auto& m, const auto& s, int loss, int score, auto&& rule) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      const double share = 1. / s.rows;
      const auto value = rule(expression_of(s));
      reduce<fold::sum>(m, figure[loss], value * share);
      reduce<fold::sum>(m, figure[score], s * share);
      map(m, discriminator.dy(), detail::chain_rule(value, share));
    }
    loss_report found() const {
      const auto [real, generated, of_generator, real_score, generated_score] = figure.read();
      return {.value = real + generated,
              .figures = {
                  {"generator_loss", of_generator}, {"real_score", real_score}, {"generated_score", generated_score}}};
    }
  };
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// BigBiGAN: an encoder that learns to invert a generator, because a discriminator looks at pairs of image and code.
#include <contrastive/methods/gan.hpp>
#include <contrastive/models/mlp.hpp>

namespace contrastive {

namespace detail {
template <class Head>
struct head_of_a_bigbigan {
  static_assert(never<Head>,
                "the head of a bigbigan answers with a mean and a log variance for each number of the code: give it an "
                "even number of outputs");
};
template <class Joint>
struct joint_part_of_a_bigbigan {
  static_assert(never<Joint>, "the joint part of a bigbigan's discriminator gives one score: it ends in one output");
};
}    // namespace detail

/// BigBiGAN (Donahue & Simonyan 2019, section 2). Of image x and code z the discriminator gives three scores: s_x of
/// F(x), s_z of H(z), s_xz of J(F(x), H(z)); y is 1 for (x, E(x)) and −1 for (G(z), z).
///
/// The discriminator's loss is Σ max(0, 1 − y·s) over scores and pairs, that of encoder E and generator G is Σ y·s,
/// means over the batch. E is the pipeline's encoder and head, so `freeze()` gives it: the first half of the head's
/// outputs is the code's mean, the second log σ² (the paper's σ is a softplus), and a code is drawn of it. E and G
/// learn from every `discriminator_steps`-th batch. The report's loss is the discriminator's, 6 where it knows nothing.
///
///     using bigbigan = ct::pipeline<ct::cpu, image, ct::n_views<1, ct::normalize>, ct::small_convnet<>,
///                                   ct::linear<2 * 32>, ct::bigbigan<ct::small_decoder<image>, trunk>, ct::adam>;
///     ct::reconstruct(model, data);    // G(E(x))
template <class Generator, class ImagePart, class CodePart = mlp<128, 64>, class JointPart = mlp<128, 1>>
struct bigbigan {
  struct config {
    int discriminator_steps = 1;
    part_config<Generator> generator{};
    part_config<ImagePart> image_part{};
    static constexpr void members(auto&& f, auto&... c) {
      f("discriminator_steps", c.discriminator_steps...);
      f("generator", c.generator...), f("image_part", c.image_part...);
    }
  };
  static constexpr int views_needed = 1;
  static constexpr bool compares_directions = false;

  template <class S>
  using code_of = features<S::template output_of<>::channels / 2>;
  template <class S>
  using image_features = typename S::template output_of<ImagePart>;
  template <class S>
  using code_features = typename S::template output_of<CodePart, code_of<S>>;

  template <class S>
  static constexpr bool fits() {
    if constexpr (S::template output_of<>::channels % 2 != 0)
      return detail::refuse<detail::head_of_a_bigbigan<typename S::head>>();
    else if constexpr (!detail::decoder_fits<Generator, code_of<S>, typename S::input>()) return false;
    else if constexpr (!Accepts<ImagePart, typename S::input> || !Accepts<CodePart, code_of<S>>) return false;
    else if constexpr (!Accepts<sequential<linear<1>>, image_features<S>>) return false;
    else {
      using Joint = features<image_features<S>::channels + code_features<S>::channels>;
      if constexpr (!Accepts<JointPart, Joint>) return false;
      else if constexpr (!std::is_same_v<typename S::template output_of<JointPart, Joint>, features<1>>)
        return detail::refuse<detail::joint_part_of_a_bigbigan<JointPart>>();
      else return true;
    }
  }

  template <class S>
  struct on : parts<S> {
    using code = code_of<S>;
    using of_x = image_features<S>;
    using of_z = code_features<S>;
    static constexpr int size = code::channels, f = of_x::channels, h = of_z::channels;
    using codes = tensor<typename S::device, code>;
    using pairs = tensor<typename S::device, features<f + h>>;
    using images = tensor<typename S::device, typename S::input>;

    learner<S> encoder{*this};                                                                        // E
    learner<S, Generator, code> generator{*this, "generator", &config::generator};                    // G
    learner<S, ImagePart, typename S::input> image_part{*this, "image_part", &config::image_part};    // F
    learner<S, CodePart, code> code_part{*this, "code_part"};                                         // H
    learner<S, JointPart, features<f + h>> joint_part{*this, "joint_part"};                           // J
    learner<S, linear<1>, of_x> image_score{*this, "image_score"};
    learner<S, linear<1>, of_z> code_score{*this, "code_score"};
    noise<S, size> prior{*this}, epsilon{*this};
    scratchpad<S, pack<codes, codes, pairs, pairs>> memory{*this};
    figures<S, "real", "generated", "real_wish", "generated_wish"> figure{*this};

    loss_report step(auto& m) {
      const detail::generator_turn turn(m.at.step, m.settings.method.discriminator_steps);
      const auto& drawn = prior.draw(m);                 // (n, size)
      const auto& made = generator.forward(m, drawn);    // (n, h, w, c)
      const auto& noise = epsilon.draw(m);               // (n, size)
      const auto& encoded = code_of_images(m, noise);    // (n, size)
      const auto doubt = [](auto s, double y) { return maximum(1 - y * s, 0); };
      const auto wish = [](auto s, double y) { return y * s; };

      score(m, m.views, encoded, 1, 0, doubt);
      discriminator_back(m, false);
      score(m, made, drawn, -1, 1, doubt);
      const auto [real, generated, real_wish, generated_wish] = figure.read();
      const auto report = m.checked(
          {.value = real + generated, .figures = {{"real_loss", real}, {"generated_loss", generated}}});
      discriminator_back(m, true);
      image_part.update(m), code_part.update(m), joint_part.update(m), image_score.update(m), code_score.update(m);

      if (turn.is_now) {
        score(m, m.views, encoded, 1, 2, wish);
        encoder_back(m, noise);
        score(m, made, drawn, -1, 3, wish);
        generator_back(m);
        const auto found = figure.read();
        (void)m.checked({.value = found[2] + found[3]});
        encoder.update(m, turn.before), generator.update(m, turn.before);
      }
      return report;
    }

    const auto& images_of_codes() const { return generator; }
    static constexpr bool encodes = true;

   private:
    auto& pair_gradient() { return part<3>(*memory); }
    auto deviation() { return exp(0.5 * channels<size, size>(encoder.y())); }

    /// A code drawn of each image's distribution, as in a vae.
    const codes& code_of_images(auto& m, const codes& noise) {
      auto& z = part<0>(*memory);
      const auto& q = encoder.forward(m, m.views);    // (n, 2·size)
      map(m, z, channels<0, size>(q) + deviation() * noise);
      return z;
    }
    /// The three scores of pairs (x, z) of that sign: the mean of their losses' sum is a figure, their slopes wait in
    /// the scores' networks.
    void score(auto& m, const images& x, const codes& z, double sign, int k, const auto& loss) {
      auto& joined = part<2>(*memory);    // (n, f + h)
      const auto& a = image_part.forward(m, x);
      const auto& b = code_part.forward(m, z);
      map(m, channels<0, f>(joined), a * 1), map(m, channels<f, h>(joined), b * 1);
      const auto value = [&](const auto& s) { return loss(expression_of(s), sign); };
      const auto of_pair = value(joint_part.forward(m, joined)), of_image = value(image_score.forward(m, a)),
                 of_code = value(code_score.forward(m, b));    // (n, 1)
      const double share = 1. / x.rows;
      reduce<fold::sum>(m, figure[k], (of_pair + of_image + of_code) * share);
      map(m, joint_part.dy(), detail::chain_rule(of_pair, share));
      map(m, image_score.dy(), detail::chain_rule(of_image, share));
      map(m, code_score.dy(), detail::chain_rule(of_code, share));
    }
    /// Of the second kind of pairs the gradients are added to those of the first.
    void discriminator_back(auto& m, bool adds) {
      keep(joint_part, pair_gradient(), m, adds);
      keep(image_score, image_part.dy(), m, adds);
      keep(code_score, code_part.dy(), m, adds);
      map(m, image_part.dy(), image_part.dy() + channels<0, f>(pair_gradient()));
      map(m, code_part.dy(), code_part.dy() + channels<f, h>(pair_gradient()));
      no_gradient none;
      keep(image_part, none, m, adds), keep(code_part, none, m, adds);
    }
    static void keep(auto& net, auto& dx, auto& m, bool adds) {
      if (adds) net.backward_adding(m, dx);
      else net.backward(m, dx);
    }
    /// Through H to E: the image is no one's work.
    void encoder_back(auto& m, const codes& noise) {
      auto& dz = part<1>(*memory);    // (n, size)
      joint_part.backward_to_input(m, pair_gradient());
      code_score.backward_to_input(m, code_part.dy());
      map(m, code_part.dy(), code_part.dy() + channels<f, h>(pair_gradient()));
      code_part.backward_to_input(m, dz);
      map(m, channels<0, size>(encoder.dy()), dz * 1);
      map(m, channels<size, size>(encoder.dy()), 0.5 * (dz * deviation() * noise));
      encoder.backward(m);
    }
    /// Through F to G: the code was drawn.
    void generator_back(auto& m) {
      joint_part.backward_to_input(m, pair_gradient());
      image_score.backward_to_input(m, image_part.dy());
      map(m, image_part.dy(), image_part.dy() + channels<0, f>(pair_gradient()));
      image_part.backward_to_input(m, generator.dy());
      generator.backward(m);
    }
  };
};

}    // namespace contrastive

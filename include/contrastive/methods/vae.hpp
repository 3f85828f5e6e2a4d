// SPDX-License-Identifier: MIT
#pragma once
// A variational autoencoder: images to a normal distribution of codes, a code drawn from it, and back.
#include <contrastive/methods/decoder_fits.hpp>

namespace contrastive {

namespace detail {
template <class Head>
struct head_of_a_vae {
  static_assert(never<Head>,
                "the head of a vae answers with a mean and a log variance for each number of the code: give it an even "
                "number of outputs");
};
}    // namespace detail

/// What an autoencoder rebuilds: the view that its encoder has read, or the sample that the view was made of.
enum class rebuilt { view, sample };

/// ½‖x − x̂‖² + β KL(N(μ, σ²) ‖ N(0, 1)), summed over pixels and code, the mean over images; x̂ decodes z = μ + σ·ε
/// (Kingma & Welling 2014, eq. 10 with a normal likelihood of variance 1; β: Higgins et al. 2017). The first half of
/// the head's outputs is μ, the second log σ².
///
///     using decoder = ct::sequential<ct::linear<256>, ct::relu, ct::linear<28 * 28>, ct::unflatten<28, 28, 1>>;
///     using vae = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, ct::n_views<1>, ct::small_convnet<>, ct::linear<2 * 32>,
///                              ct::vae<decoder>, ct::adam>;
///     const ct::matrix images = ct::generate(model, 64), rebuilt = ct::reconstruct(model, data);
template <class Decoder, rebuilt What = rebuilt::view>
struct vae {
  struct config {
    double beta = What == rebuilt::view ? 1 : 0;
    part_config<Decoder> decoder{};
    static constexpr void members(auto&& f, auto&... c) { f("beta", c.beta...), f("decoder", c.decoder...); }
  };
  static constexpr int views_needed = 1;
  static constexpr bool compares_directions = false;
  static constexpr bool needs_samples = What == rebuilt::sample;

  template <class S>
  static constexpr int code_size = S::template output_of<>::channels / 2;
  template <class S>
  static constexpr bool fits() {
    using Code = features<code_size<S>>;
    if constexpr (S::template output_of<>::channels % 2 != 0)
      return detail::refuse<detail::head_of_a_vae<typename S::head>>();
    else if constexpr (!Accepts<Decoder, Code>) return false;
    else return detail::decoder_fits<Decoder, Code, typename S::input>();
  }

  template <class S>
  struct on : parts<S> {
    static constexpr int size = code_size<S>;
    using code_rows = tensor<typename S::device, features<size>>;
    learner<S> encoder{*this};
    learner<S, Decoder, features<size>> decoder{*this, "decoder", &config::decoder};
    noise<S, size> epsilon{*this};
    scratchpad<S, pack<code_rows, code_rows>> code{*this};
    figures<S, "reconstruction", "divergence"> figure{*this};

    loss_report step(auto& m) {
      auto &z = part<0>(*code), &dz = part<1>(*code);    // (n, size)
      const auto& x = m.views;                           // (n, h, w, c)
      const auto& target = target_of(m);                 // (n, h, w, c)
      const auto& q = encoder.forward(m, x);             // (n, 2·size)
      const auto mean = channels<0, size>(q), log_variance = channels<size, size>(q);
      const auto d_mean = channels<0, size>(encoder.dy()), d_log_variance = channels<size, size>(encoder.dy());
      const auto& noise = epsilon.draw(m);    // (n, size)
      const auto deviation = exp(0.5 * log_variance);
      const double share = 1. / x.rows, beta = m.settings.method.beta * share;

      map(m, z, mean + deviation * noise);
      const auto& y = decoder.forward(m, z);    // (n, h, w, c)
      const auto report = m.checked(judge(m, target, y, mean, log_variance, share, beta));

      map(m, decoder.dy(), (y - target) * share);
      decoder.backward(m, dz);
      map(m, d_mean, dz + mean * beta);
      map(m, d_log_variance, 0.5 * (dz * deviation * noise + (exp(log_variance) - 1) * beta));
      encoder.backward(m);
      decoder.update(m), encoder.update(m);
      return report;
    }

    const auto& images_of_codes() const { return decoder; }
    static constexpr bool encodes = true;    // the first of the head's outputs are a code

   private:
    static const auto& target_of(const auto& m) {
      if constexpr (needs_samples) return m.samples;
      else return m.views;
    }
    loss_report judge(auto& m, const auto& x, const auto& y, const auto& mean, const auto& log_variance, double share,
                      double beta) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      reduce<fold::sum>(m, figure[0], (y - x) * (y - x) * (0.5 * share));
      reduce<fold::sum>(m, figure[1], (exp(log_variance) + mean * mean - 1 - log_variance) * (0.5 * beta));
      const auto [reconstruction, divergence] = figure.read();
      return {.value = reconstruction + divergence,
              .figures = {{"reconstruction", reconstruction}, {"divergence", divergence}}};
    }
  };
};

/// AAVAE (Falcon et al. 2021): the encoder reads an augmented view, the decoder rebuilds the sample as it is in use,
/// without chance. The divergence has no weight, β = 0, but codes are drawn all the same: what makes the code robust is
/// the augmentation. Nothing makes its codes standard normal, so it rebuilds images and does not generate.
///
///     using views = ct::n_views<1, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter>;
///     using aavae = ct::pipeline<ct::cpu, image, views, ct::small_convnet<>, ct::linear<2 * 32>,
///                                ct::aavae<ct::small_decoder<image>>, ct::adam>;
template <class Decoder>
using aavae = vae<Decoder, rebuilt::sample>;

}    // namespace contrastive

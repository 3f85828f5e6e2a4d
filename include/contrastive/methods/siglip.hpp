// SPDX-License-Identifier: MIT
#pragma once
// The sigmoid loss on two views of each image, with the scale and the bias of its similarities learned.
#include <contrastive/loss/sigmoid_loss.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/nn/l2_normalize.hpp>

namespace contrastive {

namespace detail {
/// Two numbers that are learned, as a layer: y = (e^log_scale, bias) in each row, whatever x is; at first (1, 0).
struct learned_line {
  template <class In>
  using output = features<2>;
  template <class B, class In>
  struct params {
    parameter<B, per_channel<1>, role::shift> log_scale, bias;    // shifts: they begin at 0, undecayed
    static constexpr void members(auto&& f, auto&... p) { f("log_scale", p.log_scale...), f("bias", p.bias...); }
  };
  static void forward(auto& ctx, const auto& own, const auto&, auto& y) {
    map(ctx, channels<0, 1>(y), exp(own.params.log_scale));
    map(ctx, channels<1, 1>(y), own.params.bias * 1);
  }
  static void backward(auto& ctx, const auto& own, const auto&, const auto& y, const auto& dy, auto& dx) {
    reduce<fold::sum>(ctx, own.grads.log_scale, channels<0, 1>(dy) * channels<0, 1>(y));
    reduce<fold::sum>(ctx, own.grads.bias, channels<1, 1>(dy));
    map(ctx, dx, 0.);
  }
};
}    // namespace detail

/// SigLIP's loss (Zhai et al. 2023, algorithm 1) for two views of each image, z the first and w the second, both of one
/// network. It learns by `sigmoid_loss`, t = scale·e^t′ and b = bias + b′; t′ and b′ begin at 0 and are learned like
/// weights, but not decayed.
///
///     using siglip =
///         ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>, ct::siglip>;
///     siglip model{{.optimizer_of = {{"line", {.learning_rate = 0.01}}}}};    // t′ and b′ at a rate of their own
struct siglip {
  struct config {
    double scale = 10, bias = -10;    // t and b at the beginning
    static constexpr void members(auto&& f, auto&... c) { f("scale", c.scale...), f("bias", c.bias...); }
  };
  static constexpr int views_needed = 2;
  template <class Encoder, class Head>
  using network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", l2_normalize>>;

  template <class S>
  struct on : parts<S> {
    static constexpr int width = S::template output_of<>::channels;
    using device = typename S::device;
    learner<S> online{*this};
    learner<S, detail::learned_line, features<1>> line{*this, "line", 1};
    scratchpad<S, tensor<device, features<1>>> nothing_to_read{*this, 1};
    scratchpad<S, sigmoid_loss::memory<device, width>> memory{*this, 1};
    figures<S, "loss", "accuracy", "positive_similarity", "negative_similarity", "scale", "bias"> figure{*this};

    loss_report step(auto& m) {
      const auto& z = online.forward(m, m.views);    // (2n, d)
      const auto report = m.checked(judge(m, m.settings.method, z));
      line.backward(m);
      online.backward(m);
      line.update(m), online.update(m);
      return report;
    }

   private:
    static auto number(const auto& rows, int k) {
      return operand<decltype(rows.data), false, 1, 1, 1>{rows.data + std::size_t(k), 1};
    }
    loss_report judge(auto& m, const config& c, const auto& z) {
      if (!(c.scale > 0) || std::isinf(c.scale))
        throw argument_error("SigLIP's scale must be a number above 0; it is " + std::to_string(c.scale));
      auto one_row = *nothing_to_read;
      one_row.rows = 1;
      map(m, one_row, 0.);
      const auto &y = line.forward(m, one_row), &dy = line.dy();    // (1, 2)
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      const auto t = figure[4], b = figure[5];
      map(m, t, c.scale * number(y, 0));
      map(m, b, c.bias + number(y, 1));
      sigmoid_loss::evaluate(m, *memory, figure, t, b, m.view(z, 0), m.view(z, 1), m.view(online.dy(), 0),
                             m.view(online.dy(), 1), number(dy, 0), number(dy, 1));
      map(m, number(dy, 0), number(dy, 0) * c.scale);
      const auto [value, accuracy, alike, unlike, scale, bias] = figure.read();
      return {.value = value,
              .chance_level = coincide(scale + bias, m.view(z, 0).rows),
              .figures = {{"accuracy", accuracy},
                          {"positive_similarity", alike},
                          {"negative_similarity", unlike},
                          {"scale", scale},
                          {"bias", bias}}};
    }
    /// The value where all rows coincide: each has one pair of its own, and n − 1 others.
    static double coincide(double x, int rows) {
      const auto softplus = [](double a) { return std::max(a, 0.) + std::log1p(std::exp(-std::abs(a))); };
      return softplus(-x) + (rows - 1) * softplus(x);
    }
  };
};

}    // namespace contrastive

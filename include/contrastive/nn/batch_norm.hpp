// SPDX-License-Identifier: MIT
#pragma once
// Batch normalization: every channel of a batch gets mean 0 and variance 1, then a learned scale and shift.
#include <contrastive/net/layer.hpp>

namespace contrastive {

/// Normalizes each channel over the batch and its pixels (Ioffe & Szegedy 2015, algorithm 1).
///
/// Input and output: (n, h, w, c). Parameters: `weight` (γ) and `bias` (β), one per channel each, initially 1 and 0.
/// In training the batch's statistics are used and blended into the running ones (variance unbiased, as PyTorch does);
/// in inference, and in phase `fixed` with its backward pass, the running ones are used. A batch of one 1×1 sample is
/// refused where its statistics are used: its variance is zero.
///
///     using net = sequential<conv2d<32, 3>, batch_norm, relu>;
struct batch_norm {
  struct config {
    double epsilon = 1e-5;    // added to the variance
    double momentum = 0.1;    // share of the newest batch in the running statistics
    static constexpr void members(auto&& f, auto&... c) {
      f("epsilon", c.epsilon...);
      f("momentum", c.momentum...);
    }
  };

  template <class In>
  using output = In;
  template <class B, class In, role Role>
  using channel = parameter<B, per_channel<In::channels>, Role>;

  template <class B, class In>
  struct params {
    channel<B, In, role::scale> weight;
    channel<B, In, role::shift> bias;
    static constexpr void members(auto&& f, auto&... p) {
      f("weight", p.weight...);
      f("bias", p.bias...);
    }
  };
  template <class B, class In>
  struct state {
    channel<B, In, role::running_mean> mean;
    channel<B, In, role::running_variance> variance;
    static constexpr void members(auto&& f, auto&... s) {
      f("running_mean", s.mean...);
      f("running_var", s.variance...);
    }
  };
  template <class B, class In>
  struct tape {
    channel<B, In, role::running_mean> mean;
    channel<B, In, role::running_variance> rstd;    // 1 / √(variance + ε)
  };

  /// Σdy·x̂ and Σdy, where nobody wants them as gradients.
  template <class B, class In>
  using scratch = params<B, In>;

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    const auto& [weight, bias] = own.params;
    if constexpr (batch_statistics<decltype(ctx)>) {
      auto& [mean, rstd] = own.tape;
      const double n = count(x);
      reduce<fold::sum>(ctx, mean, x * (1 / n));                   // (c)
      reduce<fold::sum>(ctx, rstd, square(x - mean) * (1 / n));    // (c) variance, two passes
      if constexpr (moves_statistics<decltype(ctx)>) blend(ctx, own, n);
      map(ctx, rstd, rsqrt(rstd + own.config.epsilon));    // (c)
      map(ctx, y, (x - mean) * (rstd * weight) + bias);    // (n, h, w, c)
    } else {
      map(ctx, y, (x - own.state.mean) * (running_rstd(own) * weight) + bias);    // (n, h, w, c)
    }
  }

  // dx = γ·rstd·(dy − mean(dy) − x̂·mean(dy·x̂)),  x̂ = (x − mean)·rstd; fixed statistics do not follow x: dx =
  // γ·rstd·dy
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    if constexpr (batch_statistics<decltype(ctx)>) {
      auto& [mean, rstd] = own.tape;
      auto& [by_normalized, sum] = sums(own);
      const double share = 1 / count(x);
      const auto normalized = (x - mean) * rstd;                 // an expression: nothing is stored
      reduce<fold::sum>(ctx, sum, dy);                           // (c)
      reduce<fold::sum>(ctx, by_normalized, dy * normalized);    // (c)
      map(ctx, dx, own.params.weight * rstd * (dy - sum * share - normalized * (by_normalized * share)));
    } else {
      const auto rstd = running_rstd(own);
      reduce<fold::sum>(ctx, own.grads.bias, dy);                                    // (c)
      reduce<fold::sum>(ctx, own.grads.weight, dy * (x - own.state.mean) * rstd);    // (c)
      map(ctx, dx, own.params.weight * rstd * dy);                                   // (n, h, w, c)
    }
  }

  /// Values per channel in a batch; one alone has no variance.
  static double count(int rows, int pixels) {
    const double values = double(rows) * pixels;
    if (values < 2)
      throw argument_error("batch_norm needs at least two values per channel to have a variance; this batch has " +
                           std::to_string(rows) + " row of 1×1 pixels");
    return values;
  }

 private:
  static double count(const auto& x) { return count(x.rows, shape_of<decltype(x)>::pixels); }

  static auto& sums(const auto& own) {
    if constexpr (wanted<decltype(own.grads.weight)>) return own.grads;
    else return own.scratch;
  }
  static auto running_rstd(const auto& own) { return rsqrt(own.state.variance + own.config.epsilon); }    // (c)

  // running += momentum · (batch − running)
  static void blend(auto& ctx, const auto& own, double n) {
    auto& [mean, variance] = own.state;
    map(ctx, mean, mean + (own.tape.mean - mean) * own.config.momentum);
    map(ctx, variance, variance + (own.tape.rstd * (n / (n - 1)) - variance) * own.config.momentum);
  }
};

}    // namespace contrastive

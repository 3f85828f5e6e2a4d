// SPDX-License-Identifier: MIT
#pragma once
// Linear layers on rows, whose bias and relu ride in one pass over the product, and batch-norm of rows.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/net/step.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/linear.hpp>

#include <array>
#include <cmath>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <int C, int K, bias Bias>
struct linear_relu_step {
  using X = tensor<cpu, features<C>>;
  using result = tensor<cpu, features<K>>;
  using tape = nothing;
  using scratch = nothing;

  static void forward(auto& ctx, X& x, result& y, tape&, scratch&, const auto& layer, const auto&) {
    gemm(ctx, by_row(y), by_row(x), transpose(by_row(layer.params.weight)));    // (n, k)
    if constexpr (Bias == bias::yes) map(ctx, y, maximum(y + layer.params.bias, 0));
    else map(ctx, y, maximum(y, 0));
  }
  static void backward(auto& ctx, X& x, result& y, tape&, scratch&, auto& dy, auto& dx, const auto& layer,
                       const auto&) {
    map(ctx, dy, where_greater(y, 0, dy));                                                                 // (n, k)
    gemm(ctx, by_row(layer.grads.weight), transpose(by_row(dy)), by_row(x));                               // (k, c)
    if constexpr (Bias == bias::yes) reduce<fold::sum>(ctx, layer.grads.bias, dy);                         // (k)
    if constexpr (wanted<decltype(dx)>) gemm(ctx, by_row(dx), by_row(dy), by_row(layer.params.weight));    // (n, c)
  }
};

/// Batch-norm, with a relu where Relu: a strip of channels is one task, from its statistics to its results.
template <int C, bool Relu>
struct row_norm_step {
  using X = tensor<cpu, features<C>>;
  using result = X;
  using tape = batch_norm::tape<cpu, features<C>>;
  using scratch = nothing;
  static constexpr int width = row_strip::most;
  template <class Number>
  using numbers = std::array<Number, width>;

  static void forward(auto& ctx, X& x, result& y, tape& t, scratch&, const auto& norm, const auto&...) {
    if constexpr (batch_statistics<decltype(ctx)>) (void)batch_norm::count(x.rows, 1);
    each_strip(ctx.device, x.rows, [&](const row_strip& strip, int first) {
      numbers<double> mean, variance;
      if constexpr (batch_statistics<decltype(ctx)>) {
        ctx.device.rows.statistics(strip, x.data + first, mean.data(), variance.data());
        if constexpr (moves_statistics<decltype(ctx)>) blend(norm, strip, first, mean, variance);
      } else {
        std::copy_n(norm.state.mean.data + first, strip.count, mean.begin());
        std::copy_n(norm.state.variance.data + first, strip.count, variance.begin());
      }
      numbers<float> center, scale, shift;
      for (int i = 0; i < strip.count; ++i) {
        const auto k = std::size_t(i);
        const double rstd = 1 / std::sqrt(variance[k] + norm.config.epsilon);
        center[k] = float(mean[k]);
        scale[k] = float(double(norm.params.weight.data[first + i]) * rstd);
        shift[k] = norm.params.bias.data[first + i];
        if constexpr (keeps_tape<decltype(ctx)>)
          t.mean.data[first + i] = center[k], t.rstd.data[first + i] = float(rstd);
      }
      ctx.device.rows.normalize(strip,
                                {x.data + first, center.data(), scale.data(), shift.data(), y.data + first, Relu});
    });
  }

  // dx = γ·rstd·(dz − mean(dz) − x̂·mean(dz·x̂)),  x̂ = (x − mean)·rstd; with running statistics γ·rstd·dz
  static void backward(auto& ctx, X& x, result& y, tape& t, scratch&, auto& dy, auto& dx, const auto& norm,
                       const auto&...) {
    constexpr bool follows = batch_statistics<decltype(ctx)>;    // mean and deviation follow x
    each_strip(ctx.device, x.rows, [&](const row_strip& strip, int first) {
      numbers<double> sum, product;
      ctx.device.rows.gradient(strip, {x.data + first, Relu ? y.data + first : nullptr, t.mean.data + first,
                                       dy.data + first, sum.data(), product.data()});
      numbers<float> a, b, c;
      for (int i = 0; i < strip.count; ++i) {
        const auto k = std::size_t(i);
        const double rstd = double(t.rstd.data[first + i]), d_weight = rstd * product[k],
                     scale = double(norm.params.weight.data[first + i]) * rstd,
                     slope = follows ? -scale * rstd * d_weight / x.rows : 0;
        if constexpr (wanted<decltype(norm.grads.weight)>) {
          norm.grads.weight.data[first + i] = float(d_weight);
          norm.grads.bias.data[first + i] = float(sum[k]);
        }
        a[k] = float(scale);
        b[k] = float(slope);
        c[k] = follows ? float(-scale * sum[k] / x.rows) : 0;
      }
      if constexpr (wanted<decltype(dx)>)
        ctx.device.rows.denormalize(strip, {dy.data + first, x.data + first, t.mean.data + first, a.data(), b.data(),
                                            c.data(), dx.data + first});
    });
  }

 private:
  static void each_strip(cpu& device, int rows, const auto& f) {
    device.pool.run((C + width - 1) / width,
                    [&](int strip) { f(row_strip{rows, std::min(width, C - strip * width), C}, strip * width); });
  }
  // running += momentum · (batch − running)
  static void blend(const auto& norm, const row_strip& s, int first, const numbers<double>& mean,
                    const numbers<double>& variance) {
    const double n = s.rows, momentum = norm.config.momentum;
    const auto move = [momentum](float& running, double batch) {
      running += float(momentum * (batch - double(running)));
    };
    for (int i = 0; i < s.count; ++i) {
      move(norm.state.mean.data[first + i], mean[std::size_t(i)]);
      move(norm.state.variance.data[first + i], variance[std::size_t(i)] * n / (n - 1));
    }
  }
};

// ---- the patterns ---------------------------------------------------------------------------------------------------

struct row_norm_relu {
  static constexpr int covers = 2;
  using example = asked::layers<tensor<cpu, features<45>>, batch_norm, relu>;
  template <int C>
  static row_norm_step<C, true> match(asked::layers<tensor<cpu, features<C>>, batch_norm, relu>);
};

struct row_norm {
  static constexpr int covers = 1;
  using example = asked::layers<tensor<cpu, features<45>>, batch_norm>;
  template <int C>
  static row_norm_step<C, false> match(asked::layers<tensor<cpu, features<C>>, batch_norm>);
};

struct linear_relu {
  static constexpr int covers = 2;
  using example = asked::layers<tensor<cpu, features<32>>, linear<32>, relu>;
  template <int C, int K, bias Bias>
  static linear_relu_step<C, K, Bias> match(asked::layers<tensor<cpu, features<C>>, linear<K, Bias>, relu>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

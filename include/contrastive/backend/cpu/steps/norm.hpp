// SPDX-License-Identifier: MIT
#pragma once
// Batch normalization around a convolution: its sums come from the convolution's epilogue, its result is an affine
// value.
#include <contrastive/backend/cpu/steps/values.hpp>
#include <contrastive/nn/batch_norm.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <Shape S>
struct norm_tape {
  channel_lanes<S> mean, rstd, a, b, c;    // d_raw = a·dz + b·raw + c
  struct partial_sums {
    float* data = nullptr;
    constexpr void place_in(auto& place) { data = place.template take_rows<float>(3 * lanes_of<S>); }
  } sums;
  static constexpr void members(auto&& f, auto&... t) {
    f("mean", t.mean...);
    f("rstd", t.rstd...);
    f("a", t.a...);
    f("b", t.b...);
    f("c", t.c...);
    f("sums", t.sums...);
  }

  /// From the epilogue's sums (else from the running statistics) to y's scale and shift.
  void finish_forward(auto& ctx, int chunks, int rows, const auto& norm, affine<S>& y) {
    const summed_gradient<S> found{.sums = sums.data, .rows = rows, .chunks = chunks};
    double n = 0;
    if constexpr (batch_statistics<decltype(ctx)>) n = batch_norm::count(rows, S::pixels);
    for (int k = 0; k < lanes_of<S>; ++k) {
      if (k >= S::channels) {
        mean.data[k] = rstd.data[k] = y.scale.data[k] = y.shift.data[k] = 0;
        continue;
      }
      auto mu = double(norm.state.mean.data[k]), variance = double(norm.state.variance.data[k]);
      if constexpr (batch_statistics<decltype(ctx)>) {
        mu = found.sum(0, k) / n;
        variance = std::max(0., found.sum(1, k) / n - mu * mu);
        if constexpr (moves_statistics<decltype(ctx)>) blend(norm, k, mu, variance * n / (n - 1));
      }
      const double r = 1 / std::sqrt(variance + norm.config.epsilon), scale = double(norm.params.weight.data[k]) * r;
      mean.data[k] = float(mu);
      rstd.data[k] = float(r);
      y.scale.data[k] = float(scale);
      y.shift.data[k] = float(double(norm.params.bias.data[k]) - mu * scale);
    }
  }

  /// From dz and its sums to the parameters' gradients and to a, b, c:
  /// d_raw = γ·rstd·(dz − mean(dz) − x̂·mean(dz·x̂)),  x̂ = (raw − mean)·rstd; with running statistics γ·rstd·dz.
  void finish_backward(auto& ctx, const summed_gradient<S>& dz, const auto& norm, const affine<S>& y) {
    [[maybe_unused]] const double n = double(dz.rows) * S::pixels;
    for (int k = 0; k < lanes_of<S>; ++k) {
      const double mu = double(mean.data[k]), r = double(rstd.data[k]), scale = double(y.scale.data[k]);
      const double sum = dz.sum(0, k), d_weight = r * (dz.sum(dz.which, k) - mu * sum);
      if constexpr (wanted<decltype(norm.grads.weight)>)
        if (k < S::channels) norm.grads.weight.data[k] = float(d_weight), norm.grads.bias.data[k] = float(sum);
      a.data[k] = float(scale);
      b.data[k] = c.data[k] = 0;
      if constexpr (batch_statistics<decltype(ctx)>) {
        const double b_k = -scale * r * d_weight / n;
        b.data[k] = float(b_k);
        c.data[k] = float(-scale * sum / n - b_k * mu);
      }
    }
  }

  /// A prologue for the convolutions that read the gradient of raw: to = a·dz + b·raw + c, some images at a time.
  auto gradient_of_raw(const cpu& device, const float* dz, const blocked<S>& raw, float* to) const {
    return [=, this, &device](int first, int last) {
      device.channels.denormalize(range_of(raw, first, last - first), {dz, raw.data, a.data, b.data, c.data, to});
    };
  }

 private:
  static void blend(const auto& norm, int k, double mu, double variance) {    // running += momentum · (batch − running)
    float &mean = norm.state.mean.data[k], &running = norm.state.variance.data[k];
    mean += float(norm.config.momentum * (mu - double(mean)));
    running += float(norm.config.momentum * (variance - double(running)));
  }
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

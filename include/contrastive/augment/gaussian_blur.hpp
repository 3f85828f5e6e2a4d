// SPDX-License-Identifier: MIT
#pragma once
// Blurred by a Gaussian of random width, at random.
#include <contrastive/augment/augmentation.hpp>
#include <contrastive/augment/interval.hpp>
#include <contrastive/core/exactly.hpp>

#include <algorithm>
#include <cmath>

namespace contrastive {

// The border's pixel is the mirror: −1 is 1.
// clang-format off
namespace detail {
CONTRASTIVE_KERNEL(blur_along, (int vertical, int size, int reach), (auto y, auto x, auto weights),
  real sum = 0;
  for (int k = -reach; k <= reach; ++k) {
    int at = (vertical ? h : w) + k;
    if (at < 0) at = -at;
    if (at >= size) at = 2 * size - 2 - at;
    sum += weights(n, 0, 0, k + reach) * x(n, vertical ? at : h, vertical ? w : at, c);
  }
  y(n, h, w, c) = sum;)
}    // namespace detail
// clang-format on

/// With some probability blurs an image by a Gaussian whose σ is uniform in an interval, cut at Taps × Taps pixels and
/// mirrored at the border (torchvision's GaussianBlur). Input and output: (n, h, w, c).
///
/// Taps is odd; without it, a tenth of the image's height (SimCLR): 3 at 32, 9 at 96, 23 at 224.
template <int Taps = 0>
struct gaussian_blur {
  static_assert(Taps == 0 || Taps % 2 == 1,
                "gaussian_blur<taps> has as many taps on either side of a pixel: taps is odd");
  struct config {
    interval sigma{0.1, 2};    // in pixels
    double probability = 0.5;
    static constexpr void members(auto&& f, auto&... c) {
      f("sigma", c.sigma...);
      f("probability", c.probability...);
    }
  };
  template <class In>
  static constexpr int taps = Taps ? Taps : std::max(3, In::height / 10 / 2 * 2 + 1);

  template <class In>
    requires(taps<In> / 2 < In::height && taps<In> / 2 < In::width)
  using output = In;
  template <class In>
  struct refusal {
    static_assert(detail::never<In>,
                  "gaussian_blur mirrors an image at its border, so it needs images larger than half its taps: "
                  "give it fewer, gaussian_blur<3>");
  };

  template <class B, class In>
  using constants = parameter<B, per_channel<taps<In>>, role::scale>;    // −k² / 2 for tap k
  template <class B, class In>
  struct scratch {
    tensor<B, features<taps<In>>> weights;
    tensor<B, features<1>> total;
    tensor<B, In> halfway;
  };

  static void validate(const config& c) {
    detail::require_probability("gaussian_blur", c.probability);
    if (!(0 < c.sigma.from && c.sigma.from <= c.sigma.to && std::isfinite(c.sigma.to)))
      throw argument_error("gaussian_blur needs 0 < sigma.from <= sigma.to; it has " + std::to_string(c.sigma.from) +
                           " … " + std::to_string(c.sigma.to));
  }
  template <class B, int N>
  static void prepare(B& device, const config&, parameter<B, per_channel<N>, role::scale>& exponents) {
    std::array<typename B::element, std::size_t(N)> host;
    constexpr int middle = N / 2;
    for (int i = 0; i < N; ++i) host[std::size_t(i)] = typename B::element(-0.5 * (i - middle) * (i - middle));
    device.upload(exponents.data, host.data(), host.size());
  }
  /// σ, 0 where nothing is blurred.
  static std::array<float, 1> draw(const config& c, random_stream& random, image_size) {
    if (!random.bernoulli(c.probability)) return {0};
    return {float(random.uniform(c.sigma.from, c.sigma.to))};
  }
  static bool within(const config& c, image_size, const std::array<float, 1>& sigma) {
    return detail::is_exactly(sigma[0], 0.f) || (sigma[0] >= float(c.sigma.from) && sigma[0] <= float(c.sigma.to));
  }

  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    using In = shape_of<decltype(x)>;
    constexpr double narrow = 1e-12;    // in place of σ² = 0: all weight on the pixel itself
    const auto& [weights, total, halfway] = own.scratch;
    map(ctx, weights, exp(own.constants / maximum(square(own.drawn[0]), narrow)));    // (n, taps)
    reduce<fold::sum>(ctx, total, weights);                                           // (n)
    map(ctx, weights, weights / total);
    const auto grid = operand_of(y).grid();
    launch<detail::blur_along>(ctx, grid, {1, In::height, taps<In> / 2}, halfway, x, weights);
    launch<detail::blur_along>(ctx, grid, {0, In::width, taps<In> / 2}, y, halfway, weights);
  }
};

}    // namespace contrastive

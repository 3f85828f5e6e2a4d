// SPDX-License-Identifier: MIT
// The slope that images climb is the limit of differences: through frozen norms, looks, colors, waves and smoothness.
#include <contrastive/backend/reference.hpp>
#include <contrastive/excite/excite.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/nn/residual.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

using namespace contrastive;

namespace {

using net = sequential<conv2d<4, 3>, batch_norm, relu, residual<sequential<conv2d<4, 3>, batch_norm>>, relu,
                       global_average_pool>;
template <int Channels>
using model_type = pipeline<reference, image<6, 7, Channels>, views<normalize>, net, mlp<4>, nt_xent>;

template <class Paint, int Depth, int Channels>
struct tried {
  using In = image<6, 7, Channels>;
  using easel_type = detail::easel<reference, net, In, Depth, Paint>;
  static constexpr std::size_t rows = 2;
  model_type<Channels> model;
  decltype(model.freeze()) encoder = model.freeze();
  easel_type easel{encoder.device(), rows, encoder.slots(),
                   detail::scale_of_views<views<normalize>, In>(encoder.views())};
  std::vector<double> weights, places, numbers;

  explicit tried(const looks& l)
      : model([] {
          typename model_type<Channels>::settings s{.seed = 2};
          s.views = {normalize::config{.mean = 0.3, .deviation = 0.4}};
          return s;
        }()) {
    const aim::neurons units{{{.channel = 1}, {.channel = 2, .row = 0, .column = 0}}};
    weights = detail::weights_of<typename easel_type::Out>(units, 0, rows);
    for (std::uint32_t r = 0; r < rows; ++r) {
      const auto one = detail::draw_look(l, detail::stream_of(4, purpose::augment, 0, 3, r), In::height, In::width);
      places.insert(places.end(), one.begin(), one.end());
      random_stream random = detail::stream_of(4, purpose::noise, 0, 0, r);
      for (std::size_t i = 0; i < In::size; ++i) numbers.push_back(0.5 * random.normal());
    }
    easel.lay_out(rows);
  }
  double sum_at(const std::vector<double>& x, double roughness) {
    easel.begin(x, weights), easel.paint(), easel.look(places);
    const auto values = easel.values();
    return values[0] + values[1] - roughness * variation(easel.painted());
  }
  /// Σ φ over pairs of neighbors; each kernel's slope has a pair twice, from either side.
  static double variation(const std::vector<double>& x) {
    constexpr double s = detail::steepness_of_variation;
    const auto phi = [](double d) { return std::abs(d) * s < 1 ? d * d * s / 2 : std::abs(d) - 0.5 / s; };
    const auto at = [&](std::size_t n, int h, int w, int c) {
      return x[n * In::size + std::size_t((h * In::width + w) * Channels + c)];
    };
    double sum = 0;
    for (std::size_t n = 0; n < rows; ++n)
      for (int h = 0; h < In::height; ++h)
        for (int w = 0; w < In::width; ++w)
          for (int c = 0; c < Channels; ++c) {
            if (h + 1 < In::height) sum += phi(at(n, h + 1, w, c) - at(n, h, w, c));
            if (w + 1 < In::width) sum += phi(at(n, h, w + 1, c) - at(n, h, w, c));
          }
    return sum;
  }
  void differentiates(const looks& l, double roughness) {
    (void)sum_at(numbers, roughness);
    easel.back_to_image(false, detail::reach_of(l));
    easel.add_roughness(roughness);
    easel.back_to_numbers();
    const auto slope = easel.slope_of_numbers();
    std::vector<double> differences, found;
    for (std::size_t i = 0; i < numbers.size(); i += 5) {
      constexpr double step = 1e-5;
      auto up = numbers, down = numbers;
      up[i] += step, down[i] -= step;
      differences.push_back((sum_at(up, roughness) - sum_at(down, roughness)) / (2 * step));
      found.push_back(slope[i]);
    }
    CHECK(relative_rms(found, differences) < tolerance::finite_differences_of_net);
  }
};
template <class Paint, int Depth, int Channels>
void differentiates(const looks& l, double roughness = 0.02) {
  tried<Paint, Depth, Channels>(l).differentiates(l, roughness);
}

}    // namespace

TEST_CASE("the slope of an aim with respect to what paints the image is the limit of differences") {
  const looks moving{.jitter = 0.2, .scale = {0.7, 1.5}, .rotation = 40};
  differentiates<paint::fourier, 4, 3>(moving);
  differentiates<paint::fourier, 3, 1>(moving);
  differentiates<paint::pixel, 4, 3>({}, 0.3);
  differentiates<paint::pixel, 5, 1>(looks::straight());
}

TEST_CASE("waves are orthogonal and of length 1") {
  for (const int n : {1, 2, 7, 8})
    for (int a = 0; a < n; ++a)
      for (int b = 0; b < n; ++b) {
        double product = 0;
        for (int i = 0; i < n; ++i) product += detail::wave(a, i, n) * detail::wave(b, i, n);
        CHECK(std::abs(product - (a == b ? 1 : 0)) < 1e-14);
      }
}

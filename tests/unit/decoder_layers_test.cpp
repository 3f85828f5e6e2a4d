// SPDX-License-Identifier: MIT
// The layers of decoders and discriminators: enlarged images, transposed convolutions, spectral normalization.
#include <contrastive/models/small_decoder.hpp>
#include <contrastive/nn/spectral_norm.hpp>
#include <contrastive/nn/transposed_conv2d.hpp>
#include <contrastive/testing/layer_laws.hpp>

#include "support/layer_golden.hpp"

namespace ct = contrastive;
using ct::bias, ct::features, ct::image;

namespace {

template <class Layer, class In>
void obeys() {
  const ct::testing::layer_law_options one_layer{.values = tolerance::exact_layer_float,
                                                 .gradients = tolerance::layer_gradient_float,
                                                 .differences = tolerance::finite_differences};
  for (const auto& law : ct::testing::layer_laws<Layer, In>(shared_device(), one_layer)) {
    INFO(ct::testing::text_of(law));
    CHECK(law.holds());
  }
}

/// Five steps of gradient descent: the weights are the file's, the vector of the power iteration is the layer's own.
template <class Layer, class In>
void normalizes_as_numpy(const std::string& name) {
  const golden g{"spectral_norm"};
  const auto t = golden_trial<ct::spectral_norm<Layer>, In>(g.of(name));
  for (int step = 1; step <= 5; ++step) {
    const golden now = g.of(name + "_" + std::to_string(step));
    INFO(name << ", step " << step);
    check_close("y", t->forward(g.of(name)["x"].values), now["y"], tolerance::exact_layer_float);
    t->backward(g.of(name)["dy"].values);
    check_close("u", t->statistics()[0].second, now["weight_u"], tolerance::exact_layer_float);
    for (const auto& [parameter, gradient] : t->gradients())
      if (parameter == "weight") check_close("gradient", gradient, now["dweight"], tolerance::layer_gradient_float);
    t->set("weight", now["after"].values);
  }
}

/// A trial whose power iteration has come to its end, so that σ is the largest singular value.
template <class Trial>
void settle(Trial& t) {
  const auto x = t.random_input(3, 5);
  for (int pass = 0; pass < 400; ++pass) t.forward(x);
}

}    // namespace

TEST_CASE("enlarged images obey the laws of layers and equal PyTorch") {
  obeys<ct::upsample<2>, image<5, 3, 7>>();
  obeys<ct::bilinear_upsample<3>, image<3, 4, 2>>();
  const golden g{"upsample"};
  equals<ct::upsample<2>, image<5, 3, 3>>(g.of("nearest_2_5x3x3"));
  equals<ct::upsample<3>, image<3, 4, 2>>(g.of("nearest_3_3x4x2"));
  equals<ct::bilinear_upsample<2>, image<5, 3, 3>>(g.of("bilinear_2_5x3x3"));
  equals<ct::bilinear_upsample<3>, image<3, 4, 2>>(g.of("bilinear_3_3x4x2"));
  equals<ct::bilinear_upsample<2>, image<1, 2, 1>>(g.of("bilinear_2_1x2x1"));
}

TEST_CASE("transposed convolutions obey the laws of layers and equal PyTorch") {
  obeys<ct::transposed_conv2d<5, 3, 2, 1, 1, bias::yes>, image<4, 5, 3>>();
  const golden g{"transposed_conv2d"};
  equals<ct::transposed_conv2d<2, 4, 2, 1>, image<4, 3, 3>>(g.of("k4_s2_p1_o0_4x3x3"), exact_sums);
  equals<ct::transposed_conv2d<3, 3, 2, 1, 1, bias::yes>, image<3, 4, 2>>(g.of("k3_s2_p1_o1_3x4x2"), exact_sums);
  equals<ct::transposed_conv2d<2, 3, 1, 1, 0, bias::yes>, image<5, 3, 7>>(g.of("k3_s1_p1_o0_5x3x7"), exact_sums);
  equals<ct::transposed_conv2d<2, 4, 1, 0>, image<1, 1, 5>>(g.of("k4_s1_p0_o0_1x1x5"), exact_sums);
  equals<ct::transposed_conv2d<2, 2, 3, 0, 2>, image<3, 2, 1>>(g.of("k2_s3_p0_o2_3x2x1"), exact_sums);
  equals<ct::transposed_conv2d<2, 3, 2, 1, 1, bias::yes>, image<3, 2, 2>>(g.of("rounded"));
}

TEST_CASE("a transposed convolution is the adjoint of the convolution with its weights, of each size it came from") {
  const auto adjoint = []<int Extra>(std::integral_constant<int, Extra>) {
    using large = image<7 + Extra, 5 + Extra, 2>;
    using small = image<4, 3, 3>;
    ct::testing::trial<device, ct::conv2d<3, 3, 2>, large> down(shared_device(), 2);
    ct::testing::trial<device, ct::transposed_conv2d<2, 3, 2, 1, Extra>, small> up(shared_device(), 2);
    up.set("weight", down.parameters()[0].second);
    const auto dy = ct::testing::normal_numbers(2 * small::size, 4);
    down.forward(ct::testing::normal_numbers(2 * large::size, 3));
    CHECK(relative_rms(up.forward(dy), down.backward(dy)) <= bound(tolerance::exact_layer_float));
  };
  adjoint(std::integral_constant<int, 0>{});
  adjoint(std::integral_constant<int, 1>{});
}

TEST_CASE("five steps with spectral normalization are those of its definition in numpy") {
  normalizes_as_numpy<ct::linear<4>, features<5>>("linear");
  normalizes_as_numpy<ct::conv2d<3, 3, 2, 1, bias::yes>, image<5, 4, 2>>("conv");
}

TEST_CASE("spectral normalization: gradients go through the norm, and use changes nothing") {
  using layer = ct::spectral_norm<ct::conv2d<4, 3, 2, 1, bias::yes>>;
  using in = image<5, 3, 2>;
  // a small step: each pass begins with the vector that the one before has left, whose weights were others
  const auto trained = ct::testing::gradient_check<layer, in>({.step = 1e-6}, [](auto& t) { settle(t); });
  INFO(trained.where);
  CHECK(trained.worst < tolerance::finite_differences);
  const auto held = ct::testing::gradient_check<layer, in, ct::fixed>({});
  INFO(held.where);
  CHECK(held.worst < tolerance::finite_differences);

  ct::testing::trial<device, layer, in> t(shared_device(), 3);
  const auto x = t.random_input(3, 2);
  const auto first = t.statistics();
  const auto y = t.infer(x);
  CHECK(t.infer(x) == y);
  CHECK(t.statistics() == first);    // and a pass in training moves them
  t.forward(x);
  CHECK_FALSE(t.statistics() == first);
  settle(t);
  CHECK(relative_rms(t.infer(x), t.forward(x)) <= bound(tolerance::exact_layer_float, tolerance::golden_double));
}

TEST_CASE("a spectrally normalized layer of one output has a weight of length 1") {
  using layer = ct::spectral_norm<ct::linear<1, bias::no>>;
  ct::testing::trial<device, layer, features<3>> t(shared_device(), 3);
  const auto y = t.forward({1, 0, 0, 0, 1, 0, 0, 0, 1});
  CHECK(std::abs(y[0] * y[0] + y[1] * y[1] + y[2] * y[2] - 1) <= bound(tolerance::exact_layer_float));
}

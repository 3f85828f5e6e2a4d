// SPDX-License-Identifier: MIT
// Your own parts: an activation, an augmentation, a loss, a layer, a method and a data set, tried on three devices.
// components: cpu opencl
//
//     $ your_own
//     holds: the encoder's gradients are those of finite differences: 1.35521e-10, allowed 1e-06 (input[720]: 0.000375, …
//     holds: backward is the derivative of forward: 6.53636e-10, allowed 1e-06 (1.bias[4]: 1.705571, …
//     …
//     cpu: loss 0.110546, without learning 0.5625    (then the same for reference and opencl)
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>
#include <contrastive/opencl.hpp>
#include <contrastive/testing/augmentation_laws.hpp>
#include <contrastive/testing/layer_laws.hpp>
#include <contrastive/testing/loss_laws.hpp>
#include <contrastive/testing/method_check.hpp>

#include <iostream>
namespace ct = contrastive;
// ---- activation: a smooth relu (Barron 2021)
struct squareplus : ct::elementwise<squareplus> {
  static constexpr auto of(auto x) { return 0.5 * (x + sqrt(square(x) + 4)); }
};
// ---- augmentation: a random square of the image becomes black (DeVries & Taylor 2017)
CONTRASTIVE_KERNEL(cut_square, (int size), (auto y, auto x, auto top, auto left), int below = h - (int)top(n, 0, 0, 0);
                   int beside = w - (int)left(n, 0, 0, 0);
                   y(n, h, w, c) = below >= 0 && below < size && beside >= 0 && beside < size ? 0 : x(n, h, w, c);)
struct cutout {
  struct config {
    int size = 5;    // pixels
    static constexpr void members(auto&& f, auto&... c) { f("size", c.size...); }
  };
  template <class In>
  using output = In;
  static std::array<float, 2> draw(const config& c, ct::random_stream& random, ct::image_size image) {
    return {float(random.uniform(-c.size, image.height)), float(random.uniform(-c.size, image.width))};
  }
  static void apply(auto& ctx, const auto& own, const auto& x, auto& y) {
    launch<cut_square>(ctx, operand_of(y).grid(), {own.config.size}, y, x, own.drawn[0], own.drawn[1]);
  }
};
// ---- loss: views of a sample have cosine 1, all others at most `margin` (PyTorch's CosineEmbeddingLoss, squared)
struct cosine_margin {
  struct config {
    double temperature = 1, margin = 0.25;    // pairs.s is the cosine / temperature
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...), f("margin", c.margin...);
    }
  };
  static constexpr bool needs_labels = false;
  static constexpr auto anchor(const auto& pairs, const config& c) {
    return mean(pairs.positives(1 - pairs.s)) + mean(pairs.negatives(square(maximum(pairs.s - c.margin, 0))));
  }
};
// ---- layer: a gate per image and channel, y = x·g, g = 1 / (1 + exp(−a)), a = weight · mean(x) + bias
struct channel_gate {
  template <class In>
  using output = In;
  template <class B, class In>
  struct params {
    ct::parameter<B, ct::per_channel<In::channels>, ct::role::scale> weight;
    ct::parameter<B, ct::per_channel<In::channels>, ct::role::shift> bias;
    static constexpr void members(auto&& f, auto&... p) { f("weight", p.weight...), f("bias", p.bias...); }
  };
  template <class B, class In>
  struct tape {    // (n, c): what the backward pass needs again
    ct::tensor<B, ct::features<In::channels>> mean, gate;
  };
  template <class B, class In>
  using scratch = ct::tensor<B, ct::features<In::channels>>;    // (n, c): da

  static void forward(auto& ctx, const auto& own, const auto& x, auto& y) {
    auto& [mean, gate] = own.tape;
    reduce<ct::fold::sum>(ctx, mean, x * (1. / ct::shape_of<decltype(x)>::pixels));    // (n, c)
    map(ctx, gate, 1 / (1 + exp(-(own.params.weight * mean + own.params.bias))));      // (n, c)
    map(ctx, y, x * gate);                                                             // (n, h, w, c)
  }
  static void backward(auto& ctx, const auto& own, const auto& x, const auto&, const auto& dy, auto& dx) {
    auto& [mean, gate] = own.tape;
    auto& da = own.scratch;
    reduce<ct::fold::sum>(ctx, da, dy * x * gate * (1 - gate));                                     // (n, c)
    reduce<ct::fold::sum>(ctx, own.grads.weight, da * mean);                                        // (c)
    reduce<ct::fold::sum>(ctx, own.grads.bias, da);                                                 // (c)
    map(ctx, dx, dy * gate + da * own.params.weight * (1. / ct::shape_of<decltype(x)>::pixels));    // (n, h, w, c)
  }
};
// ---- method: a student answers for each view what a teacher, which follows it, says of the other (Tarvainen & Valpola 2017)
struct mean_teacher {
  struct config {
    double momentum = 0.9;    // of the teacher
    static constexpr void members(auto&& f, auto&... c) { f("momentum", c.momentum...); }
  };
  static constexpr int views_needed = 2;
  template <class S>
  struct on : ct::parts<S> {
    ct::learner<S> student{*this};    // the pipeline's encoder and head
    ct::learner<S, ct::linear<8>, ct::features<8>> predictor{*this, "predictor"};
    ct::twin<S> teacher{*this, "teacher", student};
    ct::figures<S, "distance"> figure{*this};

    ct::loss_report step(auto& m) {
      const auto& p = predictor.forward(m, student.forward(m, m.views));    // (2n, 8)
      const auto& t = teacher.forward(m, m.views);                          // (2n, 8): nothing goes back through it
      const double rows = p.rows;
      for (int v : {0, 1}) map(m, m.view(predictor.dy(), v), (m.view(p, v) - m.view(t, 1 - v)) * (1 / rows));
      reduce<ct::fold::sum>(m, figure[0], square(ct::expression_of(predictor.dy())) * (rows / 2));
      const auto report = m.checked({.value = figure.read()[0]});
      predictor.backward(m, student.dy());
      student.backward(m);
      predictor.update(m), student.update(m);
      teacher.follow(m, m.settings.method.momentum);
      return report;
    }
  };
};
// ---- data set: stripes, each image with a direction and a distance of its own
struct stripes {
  using sample = ct::image<16, 16, 1>;
  std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(256 * sample::size);
  stripes() {
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const double turn = double(i / 256 % 16) / 5, step = 0.3 + double(i / 4096) / 16;
      const double across = std::cos(turn) * double(i % 16), down = std::sin(turn) * double(i / 16 % 16);
      pixels[i] = std::uint8_t(127 + 127 * std::sin(step * (across + down)));
    }
  }
  std::size_t size() const { return pixels.size() / sample::size; }
  const std::uint8_t* image_at(std::size_t i) const { return pixels.data() + i * sample::size; }
};
// ---- all of them at work
using encoder = ct::sequential<ct::conv2d<8, 5, 2>, squareplus, channel_gate, ct::global_average_pool>;
template <class Device>
using taught = ct::pipeline<Device, stripes::sample, ct::views<cutout>, encoder, ct::mlp_bn<32, 8>, mean_teacher>;
bool hold(const ct::testing::laws& tried) { return std::cout << text_of(tried), all_hold(tried); }
template <class Device>
bool work_on() {
  Device device;
  bool good = hold(ct::testing::layer_laws<ct::sequential<squareplus, channel_gate>, ct::image<5, 3, 7>>(device));
  good = hold(ct::testing::augmentation_laws<cutout, stripes::sample>(device)) && good;
  good = hold(ct::testing::loss_laws<cosine_margin, 8>(device)) && good;
  ct::pipeline<Device, stripes::sample, ct::views<cutout>, encoder, ct::mlp_bn<32, 8>, cosine_margin> model{{}, device};
  const auto result = model.fit(stripes{}, {.epochs = 10, .batch = 32});
  std::cout << Device::name << ": loss " << result.loss << ", without learning " << result.chance_level << '\n';
  return good && result.loss < result.chance_level;
}
bool teach() {
  taught<ct::cpu> pupil;
  const auto first = pupil.fit(stripes{}, {.epochs = 1, .batch = 32}),
             later = pupil.fit(stripes{}, {.epochs = 5, .batch = 32});
  std::cout << "distance to the teacher " << later.loss << ", in the first epoch " << first.loss << '\n';
  return later.loss < first.loss;
}
int main() {
  const auto slope = ct::testing::gradient_check<encoder, stripes::sample>();
  const auto step = ct::testing::method_gradient_check<taught<ct::reference>>({.method = {.momentum = 1}}, 6);
  bool good = hold({{"the encoder's gradients are those of finite differences", slope.worst, 1e-6, slope.where},
                    {"a step's gradients are those of finite differences", step.worst, 1e-6, step.where}});
  for (const bool well : {teach(), work_on<ct::cpu>(), work_on<ct::reference>(), work_on<ct::opencl>()}) good &= well;
  return good ? 0 : 1;
}

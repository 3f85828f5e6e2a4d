// SPDX-License-Identifier: MIT
// Methods that make images against finite differences, in double: the gradient of each part is that of its own loss.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/bigbigan.hpp>
#include <contrastive/methods/vae.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/unflatten.hpp>
#include <contrastive/nn/upsample.hpp>
#include <contrastive/optim/adam.hpp>
#include <contrastive/testing/method_check.hpp>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;
using ct::testing::gradient_report, ct::testing::method_gradient_check, ct::testing::method_trial;

namespace {

// gelu: a relu's derivative jumps where finite differences look
using smooth_encoder =
    ct::sequential<ct::conv2d<4, 3, 2>, ct::batch_norm, ct::gelu, ct::conv2d<6, 3>, ct::gelu, ct::global_average_pool>;
using smooth_decoder = ct::sequential<ct::linear<2 * 3 * 3>, ct::gelu, ct::unflatten<3, 3, 2>, ct::upsample<2>,
                                      ct::conv2d<4, 3>, ct::batch_norm, ct::gelu, ct::conv2d<1, 3>>;
using smooth_part = ct::sequential<ct::linear<5>, ct::gelu, ct::linear<4>>;
using smooth_joint = ct::sequential<ct::linear<5>, ct::gelu, ct::linear<1>>;

template <class Head, class Method>
using one_view =
    ct::pipeline<ct::reference, ct::image<6, 6, 1>, ct::n_views<1, ct::horizontal_flip>, smooth_encoder, Head, Method>;

/// As method_gradient_check, where parts have losses of their own: of(name of a weight, the step's figures).
template <class Pipeline>
gradient_report check_parts(auto&& of) {
  method_trial<Pipeline> trial({}, 5);
  const auto gradients = trial.gradients();
  gradient_report report;
  std::uint32_t place = 0;
  trial.each_learned([&](const std::string& name, const auto& w, const auto&) {
    const auto loss = [&](const ct::testing::numbers& tried) {
      std::copy(tried.begin(), tried.end(), w.data);
      (void)trial.loss();
      return of(name, trial.parts().figure.read());
    };
    ct::testing::detail::compare_slopes(name, {w.data, w.data + w.rows}, gradients[place].second, {}, place, loss,
                                        report);
    ++place;
  });
  return report;
}
bool belongs_to(const std::string& part, const std::string& name) { return name.rfind(part + ":", 0) == 0; }

void check(const gradient_report& report) {
  INFO(report.where);
  CHECK(report.checked > 100);
  CHECK(report.worst < tolerance::finite_differences_of_net);
}

template <class Rule>
void check_gan() {
  check(check_parts<one_view<ct::linear<1>, ct::gan<smooth_decoder, 3, Rule>>>(
      [](const auto& name, const auto& f) { return belongs_to("generator", name) ? f[2] : f[0] + f[1]; }));
}

}    // namespace

TEST_CASE("a step of an AAVAE leaves the derivative of its loss, which looks at the sample and not at the view") {
  using aavae = one_view<ct::linear<2 * 3>, ct::aavae<smooth_decoder>>;
  check(method_gradient_check<aavae>({}, 12));
  using same_as_sample = ct::pipeline<ct::reference, ct::image<6, 6, 1>, ct::n_views<1>, smooth_encoder,
                                      ct::linear<2 * 3>, ct::aavae<smooth_decoder>>;
  using vae = ct::pipeline<ct::reference, ct::image<6, 6, 1>, ct::n_views<1>, smooth_encoder, ct::linear<2 * 3>,
                           ct::vae<smooth_decoder>>;
  CHECK(method_trial<same_as_sample>({}, 5).loss() == method_trial<vae>({.method = {.beta = 0}}, 5).loss());
  CHECK_FALSE(method_trial<aavae>({}, 12).loss() == method_trial<same_as_sample>({}, 12).loss());
}

TEST_CASE("a step of a GAN leaves the derivatives of the discriminator's loss and of the generator's") {
  check_gan<ct::hinge>();
  check_gan<ct::non_saturating>();
}

TEST_CASE("a step of a BigBiGAN leaves the derivatives of the discriminator's loss and of encoder and generator's") {
  using bigbigan = one_view<ct::linear<2 * 3>, ct::bigbigan<smooth_decoder, smooth_encoder, smooth_part, smooth_joint>>;
  check(check_parts<bigbigan>([](const std::string& name, const auto& f) {
    const bool of_discriminator = belongs_to("image_part", name) || belongs_to("code_part", name) ||
                                  belongs_to("joint_part", name) || belongs_to("image_score", name) ||
                                  belongs_to("code_score", name);
    return of_discriminator ? f[0] + f[1] : f[2] + f[3];
  }));
}

TEST_CASE("Adam corrects its means by the updates of a part, not by the steps of the run") {
  const auto step_of = [](int discriminator_steps) {
    using gan = ct::pipeline<ct::reference, ct::image<6, 6, 1>, ct::n_views<1>, smooth_encoder, ct::linear<1>,
                             ct::gan<smooth_decoder, 3>, ct::adam>;
    typename gan::settings s;
    s.method.discriminator_steps = discriminator_steps;
    ct::reference device;
    typename gan::parts_type parts{{device}};
    parts.initialize(s);
    ct::trainer<typename gan::types> trained(device, parts, s, 4);
    const ct::detail::random_batch<ct::image<6, 6, 1>> batch(4);
    const auto bias_of_generator = [&] {    // the last: its slope has a sign of its own
      const auto weights = parts.generator.stored().weights;
      return weights[1].data[0];
    };
    const double before = bias_of_generator();
    for (int step = 0; step < discriminator_steps; ++step)
      (void)trained.step(batch.values, batch.numbers, batch.labels, {.step = step, .steps_total = 8});
    return std::abs(bias_of_generator() - before);
  };
  // Adam's first update moves each number by the rate, whenever it comes
  CHECK(std::abs(step_of(1) - 1e-3) < 1e-6);
  CHECK(std::abs(step_of(3) - 1e-3) < 1e-6);
}

// SPDX-License-Identifier: MIT
// First light: SimCLR learns from real images without a label, on the device that this file is compiled for.
//
//     $ first_light
//     cpu: 10000 images, 3 epochs of 39 steps of 2 × 256 views
//     nearest neighbors by the untrained encoder: 76.1 %
//     …
#include "first_light.hpp"

#include <contrastive/contrastive.hpp>

#include <cstdio>

namespace ct = contrastive;

#if defined(CONTRASTIVE_EXAMPLE_CPU)
#include <contrastive/cpu.hpp>
using chosen = ct::cpu;
#define FIRST_LIGHT first_light_on_cpu
#elif defined(CONTRASTIVE_EXAMPLE_THRUST_CPP)
#include <contrastive/thrust_host.hpp>
using chosen = ct::thrust_on<ct::cpp_system>;
#define FIRST_LIGHT first_light_on_thrust_cpp
#elif defined(CONTRASTIVE_EXAMPLE_THRUST_OMP)
#include <contrastive/thrust_host.hpp>
using chosen = ct::thrust_on<ct::omp_system>;
#define FIRST_LIGHT first_light_on_thrust_omp
#elif defined(CONTRASTIVE_EXAMPLE_OPENCL)
#include <contrastive/opencl.hpp>
using chosen = ct::opencl;
#define FIRST_LIGHT first_light_on_opencl
#else
using chosen = ct::reference;
#define FIRST_LIGHT first_light_on_reference
#endif

namespace {

using simclr =
    ct::pipeline<chosen,                  // where it runs
                 ct::image<28, 28, 1>,    // one sample
                 ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>,
                 ct::small_convnet<>,     // the encoder
                 ct::mlp_bn<128, 128>,    // the projection head
                 ct::nt_xent>;            // the loss

// What a device does in its time: the oracle and the proofs of the line are slow, and say so.
struct amount {
  int images, batch, epochs;
};
constexpr amount usual = chosen::name == std::string_view("reference") ? amount{64, 16, 4}
                         : chosen::name == std::string_view("cpu")     ? amount{10000, 128, 3}
                                                                       : amount{1024, 64, 2};

chosen device_with([[maybe_unused]] int threads) {
#ifdef CONTRASTIVE_EXAMPLE_CPU
  if (threads > 0) return chosen{{.threads = threads}};
#else
  if (threads > 0) throw ct::argument_error(std::string("the device ") + chosen::name + " takes no --threads");
#endif
  return chosen{};
}

std::vector<int> labels_of(const auto& data) {
  std::vector<int> labels;
  for (std::size_t i = 0; i < data.size(); ++i) labels.push_back(data.label_at(i));
  return labels;
}

double accuracy(const simclr& model, const auto& known, const auto& asked) {
  const auto labels = labels_of(known), truth = labels_of(asked);
  return ct::nearest_neighbors(model.device(), model.embed(known), labels, model.embed(asked), truth).accuracy;
}

}    // namespace

int FIRST_LIGHT(const first_light_options& options) {
  const int images = options.images ? options.images : usual.images,
            batch = options.batch ? options.batch : usual.batch;
  const int epochs = options.epochs ? options.epochs : usual.epochs;
  chosen device = device_with(options.threads);
  const ct::fashion_mnist data{options.data};
  const auto& train = data.train();
  const auto& test = data.test();
  const auto some = ct::first(train, std::size_t(images));
  const auto asked = ct::first(test, std::size_t(images) / 5);

  std::printf("%s: %d images, %d epochs of %d steps of 2 × %d views%s\n", chosen::name, images, epochs, images / batch,
              batch,
              images < int(train.size()) ? " (this device is here to be right, not fast: few images and steps)" : "");
  simclr::settings settings{.seed = options.seed, .loss = {.temperature = 0.2}};
  settings.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
                    ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  settings.optimizer = {.learning_rate = 0.12, .nesterov = true, .weight_decay = 5e-4};
  simclr model{settings, device};
  const double before = accuracy(model, some, asked);
  std::printf("nearest neighbors by the untrained encoder: %.1f %%\n", 100 * before);

  const auto result = model.fit(ct::unlabeled(some), {.epochs = epochs, .batch = batch}, ct::progress_bar{});
  const double after = accuracy(model, some, asked);
  std::printf("nearest neighbors by the trained encoder:   %.1f %%\n", 100 * after);
  std::printf("loss %.3f; without learning it would be %.3f; %.0f views per second\n", result.loss, result.chance_level,
              2. * batch * double(result.steps) / result.seconds);
  return result.loss < result.chance_level && (images < int(train.size()) || after > before) ? 0 : 1;
}

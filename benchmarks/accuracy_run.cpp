// SPDX-License-Identifier: MIT
// Our side of the accuracies: trains as benchmarks/pytorch/accuracy.py does and writes the features, for the probe that reads
// both (benchmarks/accuracy.py). The recipes stand there.
//
//     accuracy_run --method=simclr|sup_con|cross_entropy --seed=0 --data=examples/data --out=FOLDER [--epochs=20]
//     accuracy_run --method=cifar10 --data=FOLDER [--images=50000] ...    SimCLR of a ResNet-18 of width 16, as
//                                                                         benchmarks/pytorch/cifar10.py
//     FOLDER/train.npy, FOLDER/test.npy: rows x features
#include "burst.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <filesystem>

namespace ct = contrastive;

namespace {

template <int Count>
using gray_views =
    ct::n_views<Count, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Views, class Head, class Loss>
using on_clothes = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, Views, ct::small_convnet<>, Head, Loss>;
using simclr = on_clothes<gray_views<2>, ct::mlp<128, 128>, ct::nt_xent>;
using sup_con = on_clothes<gray_views<2>, ct::mlp<128, 128>, ct::sup_con>;
using classifier = on_clothes<gray_views<1>, ct::mlp<10>, ct::cross_entropy>;

using color_views =
    ct::views<ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale, ct::normalize>;
using on_photographs = ct::pipeline<ct::cpu, ct::image<32, 32, 3>, color_views, ct::resnet18<ct::small_images, 16>,
                                    ct::mlp<128, 128>, ct::nt_xent>;

struct request {
  burst::options words;
  std::filesystem::path data, out;
  ct::cpu device;
};

template <class Pipeline>
typename Pipeline::settings settings_of(const request& r, double rate) {
  typename Pipeline::settings s{.seed = std::uint64_t(r.words.number("seed", 0))};
  s.initialize.weights = ct::weight_rule::torch;    // as on the other side: He's variance is six times as large
  s.optimizer = {.learning_rate = rate, .weight_decay = 5e-4, .decay_normalization_and_bias = true};
  return s;
}

template <class Pipeline>
typename Pipeline::settings gray_recipe(const request& r, double rate) {
  auto s = settings_of<Pipeline>(r, rate);
  s.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
  return s;
}

on_photographs::settings color_recipe(const request& r) {
  auto s = settings_of<on_photographs>(r, 0.12);
  s.loss.temperature = 0.5;
  s.views = {ct::random_resized_crop<>::config{.scale = {0.2, 1}},
             ct::color_jitter::config{.brightness = 0.4, .contrast = 0.4, .saturation = 0.4, .hue = 0.1},
             ct::normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}};
  return s;
}

void write(const request& r, const auto& encoder, const auto& data, const std::string& name) {
  ct::write_npy(r.out / (name + ".npy"), encoder.embed(data));
}

/// Trains for the epochs that were asked for, writes the features, says how it went.
template <class Pipeline>
void run(request& r, typename Pipeline::settings settings, const auto& images, const auto& data, auto&& end_to_end) {
  Pipeline model{settings, r.device};
  const int epochs = int(r.words.number("epochs", 20));    // none: the untrained encoder
  double seconds = 0, loss = 0;
  if (epochs > 0) {
    const auto done = model.fit(images, {.epochs = epochs, .batch = 256, .schedule = {.warmup = 0.05}},
                                ct::progress_bar{});
    seconds = done.seconds, loss = done.loss;
  }
  const auto encoder = model.freeze();
  write(r, encoder, data.train(), "train");
  write(r, encoder, data.test(), "test");
  std::printf("{\"method\": \"%s\", \"seed\": %.0f, \"loss\": %.4f, \"seconds\": %.1f, \"end_to_end\": %s}\n",
              r.words.text("method", "").c_str(), r.words.number("seed", 0), loss, seconds, end_to_end(model).c_str());
}

}    // namespace

int main(int argc, char** argv) {
  const burst::options words{argc, argv};
  request r{words, words.text("data", ""), words.text("out", "."),
            ct::cpu{{.threads = int(words.number("threads", 2)), .winograd = words.number("winograd", 1) != 0}}};
  std::filesystem::create_directories(r.out);
  const std::string method = words.text("method", "simclr");
  const auto none = [](const auto&) { return std::string("null"); };
  if (method == "cifar10") {
    const ct::cifar10 data{r.data};
    const auto some = ct::first(data.train(), std::size_t(words.number("images", 50000)));
    run<on_photographs>(r, color_recipe(r), ct::unlabeled(some), data, none);
    return 0;
  }
  const ct::fashion_mnist data{r.data};
  if (method == "sup_con") {
    auto s = gray_recipe<sup_con>(r, 0.1);
    s.loss.temperature = 0.1;
    run<sup_con>(r, s, data.train(), data, none);
  } else if (method == "cross_entropy") {
    run<classifier>(r, gray_recipe<classifier>(r, 0.1), data.train(), data, [&](const classifier& model) {
      return std::to_string(100 * ct::classify(model, data.test()).accuracy);
    });
  } else if (method == "simclr") {
    auto s = gray_recipe<simclr>(r, 0.24);
    s.loss.temperature = 0.5;
    run<simclr>(r, s, ct::unlabeled(data.train()), data, none);
  } else {
    std::fprintf(stderr, "accuracy_run: there is no method '%s'; choose simclr, sup_con, cross_entropy or cifar10\n",
                 method.c_str());
    return 2;
  }
}

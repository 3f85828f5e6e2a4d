// SPDX-License-Identifier: MIT
#pragma once
// What our programs behind benchmarks/accuracy.py share: how gray images are seen, the optimizer, one training whose
// features go into files.
#include "burst.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <filesystem>

#ifndef WIDTH    // of the encoder of gray images
#define WIDTH 32
#endif

namespace accuracy {

namespace ct = contrastive;

template <int Count>
using gray_views =
    ct::n_views<Count, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
template <class Views, class Head, class Method>
using on_clothes = ct::pipeline<ct::cpu, ct::image<28, 28, 1>, Views, ct::small_convnet<WIDTH>, Head, Method>;

struct request {
  burst::options words;
  std::filesystem::path data, out;
  ct::cpu device;
  request(int argc, char** argv)
      : words{argc, argv},
        data(words.text("data", "")),
        out(words.text("out", ".")),
        device{{.threads = int(words.number("threads", 2)), .winograd = words.number("winograd", 1) != 0}} {
    std::filesystem::create_directories(out);
  }
  /// The first so many of them, all unless --images says less.
  auto chosen(const auto& images) const {
    return ct::first(images, std::size_t(words.number("images", double(images.size()))));
  }
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

/// The loss before anything is learned.
struct first_loss {
  double value = 0;
  void on_step(const ct::step_info& i) {
    if (i.step == 0) value = i.loss;
  }
};

/// Trains for the epochs that were asked for, writes the features, says how it went.
template <class Pipeline>
void run(request& r, typename Pipeline::settings settings, const auto& images, const auto& data, auto&& end_to_end) {
  Pipeline model{settings, r.device};
  const int epochs = int(r.words.number("epochs", 20));    // none: the untrained encoder
  double seconds = 0, loss = 0;
  first_loss first;
  if (epochs > 0) {
    const int batch = int(r.words.number("batch", 256));
    const auto done = model.fit(images, {.epochs = epochs, .batch = batch, .schedule = {.warmup = 0.05}},
                                ct::progress_bar{}, first);
    seconds = done.seconds, loss = done.loss;
  }
  const auto encoder = model.freeze();
  ct::write_npy(r.out / "train.npy", encoder.embed(data.train()));
  ct::write_npy(r.out / "test.npy", encoder.embed(data.test()));
  std::printf(
      "{\"method\": \"%s\", \"seed\": %.0f, \"first_loss\": %.6f, \"loss\": %.4f, \"seconds\": %.1f, \"end_to_end\": "
      "%s}\n",
      r.words.text("method", "").c_str(), r.words.number("seed", 0), first.value, loss, seconds,
      end_to_end(model).c_str());
}
/// The same where nothing is read off but features.
template <class Pipeline>
void run(request& r, const typename Pipeline::settings& settings, const auto& images, const auto& data) {
  run<Pipeline>(r, settings, images, data, [](const auto&) { return std::string("null"); });
}

}    // namespace accuracy

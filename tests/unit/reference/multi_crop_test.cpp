// SPDX-License-Identifier: MIT
// Five steps of SwAV with its queues and of DINO on views of two sizes against PyTorch (tests/golden/multi_crop.py):
// losses, every weight and running statistic, queues, center.
#include <contrastive/augment/multi_crop.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/dino.hpp>
#include <contrastive/methods/swav.hpp>
#include <contrastive/nn/batch_norm.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/elementwise.hpp>
#include <contrastive/nn/pool.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;

namespace {

constexpr int samples = 6, steps = 5;
using encoder = ct::sequential<ct::conv2d<3, 3>, ct::batch_norm, ct::relu, ct::global_average_pool>;
using two_sizes = ct::multi_crop<ct::n_views<2>, ct::n_views<2, ct::random_resized_crop<4>>>;
template <class Method>
using method =
    ct::pipeline<ct::reference, ct::image<6, 6, 2>, two_sizes, encoder, ct::sequential<ct::linear<4>>, Method>;

/// f(part/path, its numbers), of all networks.
void each_weight(auto& parts, const auto& f) {
  parts.each_part([&](auto& part) {
    for (const auto& w : part.stored().weights)
      f((part.name().empty() ? "main" : part.name()) + "/" + w.name, std::span<double>(w.data, w.size()));
  });
}
void is(const golden& expected, const std::string& name, std::span<const double> found) {
  INFO(name);
  CHECK(relative_rms(found, expected[name].values) < tolerance::golden_double);
}

template <class Pipeline>
void moves_as_torch_does(const char* name, typename Pipeline::settings settings, const auto& check_state) {
  using S = typename Pipeline::types;
  const golden all{"multi_crop"}, g = all.of(name);
  const auto initial = g.of("initial"), last = g.of("final");
  settings.optimizer = {.learning_rate = 0.05, .momentum = 0.9, .weight_decay = 0};

  ct::reference device;
  typename Pipeline::parts_type parts{{device}};
  parts.initialize(settings);
  parts.begin(settings, samples);
  std::size_t loaded = 0;
  each_weight(parts, [&](const std::string& path, std::span<double> w) {
    const auto& values = initial[path].values;
    REQUIRE(values.size() == w.size());
    std::copy(values.begin(), values.end(), w.begin()), ++loaded;
  });
  REQUIRE(loaded == initial.names().size());

  constexpr int rows = 2 * samples;
  auto views = all["views"].values, local = all["local_views"].values;
  ct::detail::unwatched watch;
  for (int s = 0; s < steps; ++s) {
    const ct::detail::step_place at{.step = s, .steps_total = steps, .scheduled = 1 - s / 10.};
    ct::moment<S> m{device, settings, at,    {views.data() + s * rows * 6 * 6 * 2, rows},
                    {},     {},       watch, {local.data() + s * rows * 4 * 4 * 2, rows}};
    INFO(name << ", step " << s);
    CHECK(relative_difference(parts.step(m).value, g["losses"].values[std::size_t(s)]) < tolerance::golden_double);
  }
  each_weight(parts, [&](const std::string& path, std::span<double> w) { is(last, path, w); });
  check_state(parts, last);
  parts.end();
}

/// A queue's rows, the oldest first.
std::vector<double> in_order(auto& ring) {
  const auto all = ring.all();
  const auto width = all.size() / std::size_t(all.rows), first = std::size_t(steps * samples % all.rows);
  std::vector<double> found(all.data, all.data + all.size());
  std::rotate(found.begin(), found.begin() + std::ptrdiff_t(first * width), found.end());
  return found;
}

}    // namespace

TEST_CASE("SwAV: local views predict what global ones are assigned to, beside a queue once it is full") {
  moves_as_torch_does<method<ct::swav<5, 14>>>(
      "swav", {.method = {.frozen_epochs = 0, .queue_from_epoch = 0}}, [](auto& parts, const golden& last) {
        for (int v : {0, 1}) is(last, "queue_" + std::to_string(v), in_order(parts.queues.queue(v)));
      });
}

TEST_CASE("DINO: the teacher sees the global views, the student all") {
  moves_as_torch_does<method<ct::dino<7>>>(
      "dino", {.method = {.temperature_warmup = 0.5, .momentum = {0.9, 1}, .frozen_epochs = 0}},
      [](auto& parts, const golden& last) { is(last, "center", std::span<const double>((*parts.center).data, 7)); });
}

// SPDX-License-Identifier: MIT
// Five steps of methods with twins, queues and targets against plain numpy (tests/golden/update_rules.py): losses, every
// weight, the queue. A step in another order is another number here.
#include <contrastive/backend/reference.hpp>
#include <contrastive/methods/byol.hpp>
#include <contrastive/methods/moco.hpp>
#include <contrastive/methods/moco_v3.hpp>
#include <contrastive/methods/nnclr.hpp>
#include <contrastive/methods/simsiam.hpp>
#include <contrastive/train/pipeline.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/tolerance.hpp"

namespace ct = contrastive;

namespace {

constexpr int samples = 6, steps = 5;
using predictor = ct::mlp<3, 4>;
template <class Method, int Views = 2>
using method = ct::pipeline<ct::reference, ct::table<5>, ct::n_views<Views>, ct::sequential<ct::linear<7>, ct::relu>,
                            ct::sequential<ct::linear<4>>, Method>;

/// f(part/path, its numbers), of all networks.
void each_weight(auto& parts, const auto& f) {
  parts.each_part([&](auto& part) {
    for (const auto& w : part.stored().weights)
      f((part.name().empty() ? "main" : part.name()) + "/" + w.name, std::span<double>(w.data, w.size()));
  });
}

template <class Pipeline>
void moves_as_numpy_does(const char* name, typename Pipeline::settings settings) {
  using S = typename Pipeline::types;
  const golden g = golden{"update_rules"}.of(name);
  const auto initial = g.of("initial"), last = g.of("final");
  settings.optimizer = {.learning_rate = 0.2, .momentum = 0.9, .weight_decay = 0};

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
  if constexpr (requires { parts.queue; })
    std::copy_n(initial["queue"].values.begin(), parts.queue.all().size(), parts.queue.all().data), ++loaded;
  REQUIRE(loaded == initial.names().size());

  constexpr int rows = samples * S::view_count;
  auto views = g["views"].values;
  ct::detail::unwatched watch;
  for (int s = 0; s < steps; ++s) {
    ct::moment<S> m{device,
                    settings,
                    {.step = s, .steps_total = steps, .scheduled = 1 - s / 10.},
                    {views.data() + s * rows * 5, rows},
                    {},
                    {},
                    watch};
    INFO(name << ", step " << s);
    CHECK(relative_difference(parts.step(m).value, g["losses"].values[std::size_t(s)]) < tolerance::golden_double);
  }
  each_weight(parts, [&](const std::string& path, std::span<double> w) {
    INFO(name << ": " << path);
    CHECK(relative_rms(w, last[path].values) < tolerance::golden_double);
  });
  if constexpr (requires { parts.queue; })
    CHECK(relative_rms(std::span<double>(parts.queue.all().data, parts.queue.all().size()), last["queue"].values) <
          tolerance::golden_double);
  parts.end();
}

std::string refusal_of(auto&& action) {
  try {
    action();
  } catch (const ct::argument_error& problem) {
    return problem.what();
  }
  return "no argument_error was thrown";
}
struct rows_of_numbers {
  using sample = ct::table<5>;
  std::size_t size() const { return 32; }
  void read(std::size_t i, std::span<float> to) const {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = float((i * 7 + k * k) % 11) - 5;
  }
};
template <class Pipeline>
std::string refusal_of(const typename Pipeline::settings& s, int batch) {
  return refusal_of([&] {
    Pipeline model{s};
    (void)model.fit(rows_of_numbers{}, {.epochs = 1, .batch = batch});
  });
}

}    // namespace

TEST_CASE("BYOL: the gradient has the old target, which follows after the update, by a momentum that rises") {
  moves_as_numpy_does<method<ct::byol<predictor>>>("byol", {.method = {.momentum = {0.9, 1}}});
}

TEST_CASE("MoCo v3: keys are made by a network that has followed first") {
  moves_as_numpy_does<method<ct::moco_v3<predictor>>>("moco_v3",
                                                      {.method = {.temperature = 0.5, .momentum = {0.9, 1}}});
}

TEST_CASE("NNCLR: neighbors are looked up before the embeddings of view 0 go into the queue") {
  moves_as_numpy_does<method<ct::nnclr<predictor, 14>>>("nnclr", {.method = {.temperature = 0.5}});
}

TEST_CASE("MoCo: keys go into the queue after the update, in which the old queue was") {
  moves_as_numpy_does<method<ct::moco<14>>>("moco", {.method = {.temperature = 0.5, .momentum = 0.9}});
}

TEST_CASE("FastSiam: each of four views has the mean of the others for a target, and the predictor's rate stays") {
  moves_as_numpy_does<method<ct::simsiam<predictor>, 4>>("fast_siam", {});
}

TEST_CASE("momenta, temperatures and queues that no run can mean are refused, a schedule's end at its beginning") {
  CHECK(refusal_of<method<ct::byol<predictor>>>({.method = {.momentum = {0.9, 1.5}}}, 8) ==
        "the momentum of a network that follows another is between 0 and 1 from its first to its last; one of them is "
        "1.500000");
  CHECK(refusal_of<method<ct::moco_v3<predictor>>>({.method = {.momentum = -0.1}}, 8).find("one of them is -0.1") !=
        std::string::npos);
  const std::string temperature = "a loss's temperature must be a number above 0; it is 0.000000";
  CHECK(refusal_of<method<ct::moco_v3<predictor>>>({.method = {.temperature = 0}}, 8) == temperature);
  CHECK(refusal_of<method<ct::nnclr<predictor, 14>>>({.method = {.temperature = 0}}, 8) == temperature);
  CHECK(refusal_of<method<ct::nnclr<predictor, 14>>>({}, 16) ==
        "a queue of 14 vectors cannot take 16 at once: make it longer than a batch");
}

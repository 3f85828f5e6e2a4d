// SPDX-License-Identifier: MIT
// SwAV and DINO on the CPU: the reference's losses, the same bits whatever the threads and after a stop, no allocation in a
// step, teachers and frozen layers as their definitions have them.
#include <contrastive/cpu.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/teachers_losses.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <cmath>

using namespace teachers_test;
using cpu_swav = swav<ct::cpu>;
using cpu_dino = dino<ct::cpu>;

namespace {

const auto few = ct::unlabeled(ct::first(images(), 48));
constexpr ct::fit_options two_epochs{.epochs = 2, .batch = 16};

/// Everything that a step leaves to the next, by part.
template <class Pipeline>
std::map<std::string, std::vector<float>> state_of(Pipeline& model) {
  std::map<std::string, std::vector<float>> all;
  model.parts().each_part([&](auto& part) {
    part.each_array([&](const std::string& name, const auto& column) {
      all[name].resize(column.size());
      model.device().download(all[name].data(), column.data, column.size());
    });
  });
  return all;
}
template <class Pipeline>
auto state_after(const typename Pipeline::settings& s, const auto& data, const ct::fit_options<>& options) {
  Pipeline model{s};
  (void)model.fit(data, options);
  return state_of(model);
}

template <class Pipeline>
void has_the_same_bits_with_threads_and_stops() {
  const temporary_folder folder;
  std::vector<double> straight, pieces;
  ct::cpu one_thread{{.threads = 1}}, three{{.threads = 3}};
  Pipeline one({.seed = 5}, one_thread);
  (void)one.fit(few, two_epochs, recorder{straight});
  for (const int stop : {1, 2, -1}) {    // inside an epoch, at its end, never
    Pipeline other({.seed = 5}, three);
    (void)other.fit(few, two_epochs, recorder{pieces, stop}, ct::checkpoints{folder.path()});
    if (stop < 0) CHECK(state_of(other) == state_of(one));
  }
  CHECK(pieces == straight);
  auto copy = one.clone();
  CHECK(state_of(copy) == state_of(one));
}

struct allocation_watch {
  std::vector<long>& counts;
  void on_step(const ct::step_info&) { counts.push_back(allocations.load()); }
};
template <class Pipeline>
void allocates_nothing_after_the_first_step() {
  std::vector<long> counts;
  counts.reserve(64);
  Pipeline model{{.seed = 3}};
  (void)model.fit(few, {.epochs = 3, .batch = 16}, allocation_watch{counts});
  REQUIRE(counts.size() == 9);
  CHECK(counts.back() == counts.front());
}

/// Images of zeros: all embeddings of a batch are one, and of length 0 where a head has no bias.
struct dark {
  using sample = ct::image<28, 28, 1>;
  std::size_t size() const { return 32; }
  void read(std::size_t, std::span<std::uint8_t> to) const { std::fill(to.begin(), to.end(), std::uint8_t(0)); }
};
template <class Pipeline>
void stays_finite_where_all_images_are_alike() {
  Pipeline model{{.seed = 3, .method = {.frozen_epochs = 0}}};
  const auto result = model.fit(dark{}, two_epochs);
  CHECK(std::isfinite(result.loss));
  for (const auto& [name, values] : state_of(model)) {
    INFO(name);
    CHECK(std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }));
  }
}

template <class Pipeline>
std::string refusal_of(const typename Pipeline::settings& s) {
  try {
    Pipeline model{s};
    (void)model.fit(few, two_epochs);
  } catch (const ct::argument_error& problem) {
    return problem.what();
  }
  return "no argument_error was thrown";
}

}    // namespace

TEST_CASE("the losses of 8 steps of SwAV and DINO are those of the reference") {
  has_the_losses_of_the_reference<cpu_swav>("swav");
  has_the_losses_of_the_reference<cpu_dino>("dino");
}

TEST_CASE("SwAV and DINO have the same bits with 1 and 3 threads, stopped and resumed, and in a clone") {
  has_the_same_bits_with_threads_and_stops<cpu_swav>();
  has_the_same_bits_with_threads_and_stops<cpu_dino>();
}

TEST_CASE("after the first step a step of SwAV and of DINO allocates nothing") {
  allocates_nothing_after_the_first_step<cpu_swav>();
  allocates_nothing_after_the_first_step<cpu_dino>();
}

TEST_CASE("SwAV and DINO divide nothing by zero where all images are alike") {
  stays_finite_where_all_images_are_alike<cpu_swav>();
  stays_finite_where_all_images_are_alike<cpu_dino>();
}

TEST_CASE(
    "prototypes and last layers move after their frozen epochs alone, and prototypes have length 1 before a step") {
  const auto weights = [](auto&& state) { return state.at("model.prototypes.weight"); };
  const auto first = weights(state_after<cpu_swav>({.seed = 3, .method = {.frozen_epochs = 2}}, few, two_epochs));
  for (std::size_t k = 0; k < first.size(); k += 16) {
    double squares = 0;
    for (std::size_t c = k; c < k + 16; ++c) squares += double(first[c]) * double(first[c]);
    CHECK(std::abs(squares - 1) < tolerance::sums);
  }
  CHECK_FALSE(weights(state_after<cpu_swav>({.seed = 3}, few, two_epochs)) == first);

  cpu_dino untrained{{.seed = 3}};
  const auto last_layer = [](auto&& state) { return state.at("model.last_layer.weight"); };
  const auto frozen = state_after<cpu_dino>({.seed = 3, .method = {.frozen_epochs = 2}}, few, two_epochs);
  CHECK(last_layer(frozen) == last_layer(state_of(untrained)));
  CHECK_FALSE(frozen.at("model.head.0.weight") == state_of(untrained).at("model.head.0.weight"));
  CHECK_FALSE(last_layer(state_after<cpu_dino>({.seed = 3}, few, two_epochs)) == last_layer(frozen));
}

TEST_CASE("a teacher of momentum 0 is its student, of momentum 1 what the student was") {
  for (const double momentum : {0., 1.}) {
    cpu_dino untrained{{.seed = 3}};
    const auto before = state_of(untrained);
    const auto after = state_after<cpu_dino>({.seed = 3, .method = {.momentum = momentum}}, few, two_epochs);
    const auto& expected = momentum == 0 ? after : before;
    CHECK(after.at("model.teacher.encoder.0.weight") == expected.at("model.encoder.0.weight"));
    CHECK(after.at("model.teacher_last_layer.weight") == expected.at("model.last_layer.weight"));
  }
}

TEST_CASE("the teacher's temperature rises on a line, then stays") {
  const ct::dino<8>::config c{.teacher_temperature = 0.07, .warmup_temperature = 0.04, .temperature_warmup = 0.25};
  CHECK(c.teacher_temperature_at(0) == 0.04);
  CHECK(std::abs(c.teacher_temperature_at(0.125) - 0.055) < tolerance::schedule);
  CHECK(c.teacher_temperature_at(0.25) == 0.07);
  CHECK(c.teacher_temperature_at(0.9) == 0.07);
  CHECK(ct::dino<8>::config{.temperature_warmup = 0}.teacher_temperature_at(0) == 0.07);
}

TEST_CASE("SwAV and DINO refuse numbers that no run can mean by a sentence") {
  CHECK(refusal_of<cpu_swav>({.method = {.temperature = 0}}) ==
        "a loss's temperature must be a number above 0; it is 0.000000");
  CHECK(refusal_of<cpu_swav>({.method = {.epsilon = -1}}) ==
        "the epsilon of sinkhorn must be a number above 0; it is -1.000000");
  CHECK(refusal_of<cpu_swav>({.method = {.rounds = 0}}) ==
        "sinkhorn needs at least 1 round, after which rows have the sum 1; it got 0");
  CHECK(refusal_of<cpu_dino>({.method = {.warmup_temperature = 0}}) ==
        "a loss's temperature must be a number above 0; it is 0.000000");
  CHECK(refusal_of<cpu_dino>({.method = {.momentum = {0.9, 1.1}}}) ==
        "dino: the momentum of the teacher is between 0 and 1; it is 1.100000");
  CHECK(refusal_of<cpu_dino>({.method = {.center_momentum = -0.1}}) ==
        "dino: the momentum of the center is between 0 and 1; it is -0.100000");
  CHECK(refusal_of<cpu_dino>({.method = {.temperature_warmup = 2}}) ==
        "dino: temperature_warmup, a share of all steps, is between 0 and 1; it is 2.000000");
}

// SPDX-License-Identifier: MIT
// What the CPU promises of methods with targets: the reference's losses, the same bits whatever the threads and wherever a run
// was stopped, no allocation in a step, no number that is none where everything has collapsed.
#include <contrastive/cpu.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/target_methods_losses.hpp"
#include "support/temporary_folder.hpp"

using namespace target_methods_test;

namespace {

/// Everything that a run leaves, of every part.
template <class Pipeline>
std::map<std::string, std::vector<float>> state_of(Pipeline& model) {
  std::map<std::string, std::vector<float>> all;
  auto& device = model.device();
  model.parts().each_part([&](auto& part) {
    part.each_array([&](const std::string& name, const auto& column) {
      all[name].resize(column.size());
      device.download(all[name].data(), column.data, column.size());
    });
  });
  return all;
}

constexpr ct::fit_options two_epochs{.epochs = 2, .batch = 16};
const auto few = ct::first(ct::unlabeled(images()), 48);

template <class Pipeline>
void has_the_same_bits_however_it_runs() {
  ct::cpu one_thread{{.threads = 1}}, three_threads{{.threads = 3}};
  Pipeline straight({.seed = 5}, one_thread), other({.seed = 5}, three_threads);
  step_log whole, wide, pieces;
  (void)straight.fit(few, two_epochs, logs_steps{whole});
  (void)other.fit(few, two_epochs, logs_steps{wide});
  CHECK(wide.losses == whole.losses);
  CHECK(state_of(other) == state_of(straight));

  const temporary_folder folder;
  for (const int stop : {1, 2, -1}) {    // inside an epoch, at its end, never
    pieces.stop_after = stop;
    Pipeline resumed({.seed = 5}, one_thread);
    (void)resumed.fit(few, two_epochs, logs_steps{pieces}, ct::checkpoints{folder.path()});
    if (stop < 0) CHECK(state_of(resumed) == state_of(straight));
  }
  CHECK(pieces.losses == whole.losses);
  auto copy = straight.clone();
  CHECK(state_of(copy) == state_of(straight));
  REQUIRE(whole.counts.size() == 6);
  CHECK(whole.counts.back() == whole.counts.front());
}

/// All images black, and a head without weights: every embedding is the same row of zeros.
template <class Pipeline>
void stays_finite_where_all_collapse() {
  typename Pipeline::settings s;
  s.views = {ct::random_resized_crop<14, 14>::config{}, ct::normalize::config{.mean = 0, .deviation = 1}};
  Pipeline model{s};
  model.parts().each_part([&](auto& part) {
    for (const auto& w : part.stored().weights) {
      const std::vector<float> zeros(w.size());
      model.device().upload(w.data, zeros.data(), zeros.size());
    }
  });
  step_log losses;
  (void)model.fit(few, two_epochs, logs_steps{losses});
  for (const auto& [name, values] : state_of(model))
    for (const float x : values) REQUIRE(std::isfinite(x));
}

}    // namespace

TEST_CASE("the losses of 8 steps of a method with targets are those of the reference") {
  all_have_the_losses_of_the_reference<ct::cpu>();
}

TEST_CASE(
    "a method with targets has the same bits with 1 and 3 threads, stopped and resumed, cloned; and allocates "
    "nothing") {
  has_the_same_bits_however_it_runs<byol<ct::cpu>>();
  has_the_same_bits_however_it_runs<moco_v3<ct::cpu>>();
  has_the_same_bits_however_it_runs<nnclr<ct::cpu>>();
  has_the_same_bits_however_it_runs<fast_siam<ct::cpu>>();
}

TEST_CASE("where every weight is 0 no step of a method with targets divides by it") {
  stays_finite_where_all_collapse<byol<ct::cpu>>();
  stays_finite_where_all_collapse<moco_v3<ct::cpu>>();
  stays_finite_where_all_collapse<nnclr<ct::cpu>>();
  stays_finite_where_all_collapse<fast_siam<ct::cpu>>();
}

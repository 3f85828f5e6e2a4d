// SPDX-License-Identifier: MIT
#pragma once
// What the CPU promises of any method: the reference's losses, the same bits whatever the threads and stops, no
// allocation.
#include <contrastive/cpu.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"
#include "support/training.hpp"

#include <algorithm>
#include <cmath>

namespace method_laws {

namespace ct = contrastive;
using training_test::images, training_test::recorder;

/// Losses of 8 steps beside those of the file.
inline void are_the_losses_of_the_reference(const char* name, const std::vector<double>& found) {
  const auto expected = golden("methods")[name].values;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(name << ", step " << i << ": " << found[i] << ", the reference " << expected[i]);
    CHECK(std::abs(found[i] - expected[i]) < tolerance::few_steps * std::max(1., std::abs(expected[i])));
  }
}

/// Everything that a step leaves to the next, of every part.
template <class Pipeline>
std::vector<double> state_of(Pipeline& model) {
  using element = typename Pipeline::types::element;
  std::vector<double> all;
  model.parts().each_part([&](auto& part) {
    part.each_array([&](const std::string&, const auto& column) {
      std::vector<element> host(column.size());
      model.device().download(host.data(), column.data, host.size());
      all.insert(all.end(), host.begin(), host.end());
    });
  });
  return all;
}

/// So many images, with labels for a method that needs them.
template <class Pipeline>
auto some_images(std::size_t count) {
  if constexpr (Pipeline::types::needs_labels) return ct::first(images(), count);
  else return ct::unlabeled(ct::first(images(), count));
}

/// Stopped in an epoch and at its end, with another number of threads each time, it equals a run that never stopped.
template <class Pipeline>
void stops_and_threads_change_no_bit(const typename Pipeline::settings& settings) {
  const auto data = some_images<Pipeline>(48);
  const ct::fit_options options{.epochs = 2, .batch = 16};
  const temporary_folder folder;
  std::vector<double> straight, pieces;
  ct::cpu alone{{.threads = 1}}, three{{.threads = 3}};
  Pipeline one(settings, alone);
  (void)one.fit(data, options, recorder{straight});
  for (const int stop : {1, 2, -1}) {    // inside an epoch, at its end, never
    Pipeline other(settings, stop == 2 ? alone : three);
    (void)other.fit(data, options, recorder{pieces, stop}, ct::checkpoints{folder.path()});
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
/// From the given step on, by which every branch of a step was taken once.
template <class Pipeline>
void allocates_nothing(const typename Pipeline::settings& settings, std::size_t from) {
  std::vector<long> counts;
  counts.reserve(64);
  Pipeline model{settings};
  (void)model.fit(some_images<Pipeline>(128), {.epochs = 2, .batch = 16}, allocation_watch{counts});
  REQUIRE(counts.size() == 16);
  CHECK(counts.back() == counts[from]);
}

}    // namespace method_laws

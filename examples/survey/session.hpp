// SPDX-License-Identifier: MIT
#pragma once
// One run of the survey: what was asked for, what there is time for, what was found so far.
#include "options.hpp"
#include "result.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <chrono>
#include <filesystem>

namespace survey {

namespace ct = contrastive;

using device = ct::cpu;
#ifdef SURVEY_CIFAR10
using data_set = ct::cifar10;
#else
using data_set = ct::fashion_mnist;
#endif
using sample = data_set::sample;

struct session {
  const options& asked;
  device& on;
  const data_set& data;
  const ct::stop_on_interrupt& interrupt;
  double seconds_for_each = 0;    // method and seed
  result found{};

  auto train() const { return ct::first(data.train(), used(data.train().size())); }
  auto test() const { return ct::first(data.test(), used(data.test().size())); }
  bool stopped() const { return interrupt.on_step({}) == ct::control::stop; }

 private:
  std::size_t used(std::size_t all) const { return asked.images > 0 ? std::min(std::size_t(asked.images), all) : all; }
};

/// A method by its name: trains with every seed and adds its row; false where a person has interrupted it.
struct entry {
  const char* name;
  bool (*run)(session&);
};
/// All of them, in the order of the table.
const std::vector<entry>& all_methods();

}    // namespace survey

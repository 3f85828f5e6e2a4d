// SPDX-License-Identifier: MIT
#pragma once
// What a person sets on one run of a pipeline.
#include <contrastive/optim/schedule.hpp>

namespace contrastive {

/// The settings of one run. `batch` counts samples, not views.
///
///     model.fit(data, {.epochs = 100, .batch = 128});    // warm-up and cosine, by default
///     model.fit(data, ct::fit_options{.epochs = 100, .schedule = ct::constant_rate{}});
template <class Schedule = warmup_cosine>
struct fit_options {
  int epochs = 10;
  int batch = 256;
  Schedule schedule{};
  batch_scaling scaling = batch_scaling::none;
  int reading_threads = 0;    // as loader_options.threads: nothing depends on it but time
};

}    // namespace contrastive

// SPDX-License-Identifier: MIT
// A callback whose only hook is misspelt would never be called.
// expect: a callback has at least one of on_start(const run_info&), on_step(const step_info&), on_epoch(const epoch_info&) and on_end(const fit_result&); this type has none
#include <contrastive/train/callbacks/callback.hpp>

struct watcher {
#ifdef CONTRASTIVE_CORRECTED
  void on_step(const contrastive::step_info&) {}
#else
  void on_steps(const contrastive::step_info&) {}
#endif
};

constexpr bool callable = contrastive::detail::callback_can_be_called<watcher>::value;

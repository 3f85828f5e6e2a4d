// SPDX-License-Identifier: MIT
// A bool could mean to go on or to stop.
// expect: on_step returns nothing, or contrastive::control::go_on or stop
#include <contrastive/train/callbacks/callback.hpp>

struct watcher {
#ifdef CONTRASTIVE_CORRECTED
  contrastive::control on_step(const contrastive::step_info&) { return contrastive::control::stop; }
#else
  bool on_step(const contrastive::step_info&) { return true; }
#endif
};

constexpr bool callable = contrastive::detail::callback_can_be_called<watcher>::value;

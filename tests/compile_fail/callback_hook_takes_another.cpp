// SPDX-License-Identifier: MIT
// A hook with another parameter would never be called, even beside one that is.
// expect: a hook of this callback has another parameter: on_start takes const run_info&, on_step const step_info&, on_epoch const epoch_info& and on_end const fit_result&
#include <contrastive/train/callbacks/callback.hpp>

struct watcher {
  void on_start(const contrastive::run_info&) {}
#ifdef CONTRASTIVE_CORRECTED
  void on_epoch(const contrastive::epoch_info&) {}
#else
  void on_epoch(int) {}
#endif
};

constexpr bool callable = contrastive::detail::callback_can_be_called<watcher>::value;

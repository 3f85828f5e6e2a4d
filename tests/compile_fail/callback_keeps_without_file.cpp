// SPDX-License-Identifier: MIT
// A callback that keeps a run without saying where.
// expect: a callback that keeps_run says by file() where: std::filesystem::path file() const
#include <contrastive/train/callbacks/callback.hpp>

struct keeper {
  static constexpr bool keeps_run = true;
  void on_end(const contrastive::fit_result&) {}
#ifdef CONTRASTIVE_CORRECTED
  std::filesystem::path file() const { return "run.checkpoint"; }
#endif
};

constexpr bool callable = contrastive::detail::callback_can_be_called<keeper>::value;
int main() {}

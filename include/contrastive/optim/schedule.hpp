// SPDX-License-Identifier: MIT
#pragma once
// How the learning rate moves from step to step, and how it follows the size of the batch.
#include <contrastive/core/error.hpp>

#include <cmath>
#include <cstdint>
#include <string>

namespace contrastive {

/// The base rate at every step.
struct constant_rate {
  static constexpr void members(auto&&, auto&...) {}
  double rate(std::int64_t /*step*/, std::int64_t /*total*/) const { return 1; }
};

/// Linear warm-up, then half a cosine down (Loshchilov & Hutter 2017; Goyal et al. 2017), anew at every step.
///
/// With W = warmup · total, step i = 0 … total − 1 has (i + 1) / W of the base rate below W, then
/// final + (1 − final) · ½(1 + cos(π · (i − W) / (total − W))).
struct warmup_cosine {
  double warmup = 0.1;       // share of all steps: 10 of 100 epochs are 0.1
  double final_share = 0;    // of the base rate, where the cosine would end; 1 keeps the rate constant after warm-up
  static constexpr void members(auto&& f, auto&... c) {
    f("warmup", c.warmup...);
    f("final_share", c.final_share...);
  }

  /// As a share of the base rate. Throws argument_error where a share is outside [0, 1] or the step outside the run.
  double rate(std::int64_t step, std::int64_t total) const {
    require_share("warmup", warmup);
    require_share("final_share", final_share);
    if (step < 0 || step >= total)
      throw argument_error("a schedule of " + std::to_string(total) + " steps has no step " + std::to_string(step));
    const std::int64_t rising = std::llround(warmup * double(total));
    if (step < rising) return double(step + 1) / double(rising);
    const double way = double(step - rising) / double(total - rising);
    return final_share + (1 - final_share) * 0.5 * (1 + std::cos(3.14159265358979323846 * way));
  }

 private:
  static void require_share(const char* name, double value) {
    if (!(value >= 0 && value <= 1))
      throw argument_error(std::string("warmup_cosine: ") + name + " is a share between 0 and 1, not " +
                           std::to_string(value));
  }
};

/// How the base rate follows the batch, which counts images and not views.
enum class batch_scaling {
  none,
  linear,         // rate · batch / 256 (Goyal et al. 2017)
  square_root,    // rate · √batch (Chen et al. 2020, appendix B.1)
};

namespace detail {
inline double scaled_rate(batch_scaling rule, double rate, int batch) {
  switch (rule) {
    case batch_scaling::linear: return rate * batch / 256;
    case batch_scaling::square_root: return rate * std::sqrt(double(batch));
    case batch_scaling::none: break;
  }
  return rate;
}
}    // namespace detail

}    // namespace contrastive

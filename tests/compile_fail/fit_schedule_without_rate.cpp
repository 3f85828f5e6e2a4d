// SPDX-License-Identifier: MIT
// A schedule that says no rate.
// expect: this is not a schedule: it needs defaults, members(f, s...) and rate(step, total)
#include <contrastive/contrastive.hpp>

namespace ct = contrastive;

struct halves {
  double share = 0.5;
  static constexpr void members(auto&& f, auto&... s) { f("share", s.share...); }
#ifdef CONTRASTIVE_CORRECTED
  double rate(std::int64_t step, std::int64_t total) const { return 3 * step < total ? 1 : share; }
#else
  double rate(std::int64_t step) const { return 1 / (1 + share * double(step)); }
#endif
};
using model_type = ct::pipeline<ct::reference, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>,
                                ct::mlp_encoder<32, 16>, ct::mlp<16, 8>, ct::nt_xent>;
int main() {
  const ct::fashion_mnist data{"examples/data"};
  model_type model;
  return model.fit(data.train(), ct::fit_options{.epochs = 1, .schedule = halves{}}).epochs;
}

// SPDX-License-Identifier: MIT
// expect: this is not a loss: it needs a config, needs_labels, and either anchor(pairs) and a temperature in the config
#include <contrastive/backend/reference.hpp>
#include <contrastive/loss/loss.hpp>

namespace ct = contrastive;

struct decoupled {
  struct config {
    double temperature = 0.5;
    static constexpr void members(auto&& f, auto&... c) { f("temperature", c.temperature...); }
  };
  static constexpr bool needs_labels = false;
#ifdef CONTRASTIVE_CORRECTED
  static constexpr auto anchor(const auto& pairs) { return log_sum_exp(pairs.negatives) - mean(pairs.positives); }
#else
  static constexpr auto anchor(const auto& pairs) { return exp(pairs.s); }
#endif
};

void train(ct::reference& device, ct::tensor<ct::reference, ct::features<8>>& z,
           ct::tensor<ct::reference, ct::features<8>>& dz) {
  ct::loss_pass<ct::reference, decoupled, ct::features<8>> loss{device, 16};
  loss(device, {}, z, ct::no_labels{}, 2, dz);
  loss.read(device, {});
}
int main() {}

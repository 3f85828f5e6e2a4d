// SPDX-License-Identifier: MIT
// The step of a method answers nothing.
// expect: the parts of a method have a step: write loss_report step(auto& m) in its on<S>
#include <contrastive/augment/gaussian_noise.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

struct rows {
  using sample = ct::table<6>;
  std::size_t size() const { return 32; }
  void read(std::size_t, std::span<float>) const {}
};
struct method {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  template <class S>
  struct on : ct::parts<S> {
    ct::learner<S> net{*this};
#ifdef CONTRASTIVE_CORRECTED
    ct::loss_report step(auto& m) { return net.forward(m, m.views), ct::loss_report{}; }
#else
    void step(auto& m) { net.forward(m, m.views); }
#endif
  };
};
using model = ct::pipeline<ct::reference, rows::sample, ct::views<ct::gaussian_noise>, ct::mlp_encoder<8, 5>,
                           ct::mlp<5, 4>, method>;

int main() { (void)model{}.fit(rows{}, {.epochs = 1, .batch = 8}); }

// SPDX-License-Identifier: MIT
// A tensor, whose rows are those of a batch, is to outlast the batch.
// expect: what a method keeps has the same size whatever the batch is: parameters and chunks, no tensors
#include <contrastive/augment/gaussian_noise.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
template <class Device>
using center_of = ct::parameter<Device, ct::per_channel<4>, ct::role::running_mean>;
#else
template <class Device>
using center_of = ct::tensor<Device, ct::features<4>>;
#endif
struct method {
  struct config {
    static constexpr void members(auto&&, auto&...) {}
  };
  template <class S>
  struct on : ct::parts<S> {
    ct::learner<S> net{*this};
    ct::kept<S, center_of<typename S::device>> center{*this, "center"};
    ct::loss_report step(auto& m) { return net.forward(m, m.views), ct::loss_report{}; }
  };
};
using model = ct::pipeline<ct::reference, ct::table<6>, ct::views<ct::gaussian_noise>, ct::mlp_encoder<8, 5>,
                           ct::mlp<5, 4>, method>;

int main() { model{}; }

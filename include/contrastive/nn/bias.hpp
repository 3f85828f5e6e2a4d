// SPDX-License-Identifier: MIT
#pragma once
// Whether a convolution or linear layer adds a bias.
#include <contrastive/core/tensor.hpp>

namespace contrastive {

/// Whether a layer adds a bias.
enum class bias { no, yes };

namespace detail {
/// The parameter set of a layer that may have a bias inherits this.
template <class Backend, int Channels, bias Bias>
struct with_bias {};
template <class Backend, int Channels>
struct with_bias<Backend, Channels, bias::yes> {
  parameter<Backend, per_channel<Channels>, role::bias> bias;
};
}    // namespace detail

}    // namespace contrastive

// SPDX-License-Identifier: MIT
#pragma once
// Roles: what a parameter is for. Optimizers and initialisations decide by role, never by name or layer.
#include <contrastive/core/compiler.hpp>

namespace contrastive {

/// What a parameter or a statistic is for.
enum class role {
  weight,          // of a convolution or linear layer: decayed
  bias,            // added: usually not decayed
  scale,           // of a normalization: usually not decayed
  shift,           // of a normalization: usually not decayed
  running_mean,    // statistics are written by the layer itself: an optimizer never sees them
  running_variance,
};

}    // namespace contrastive

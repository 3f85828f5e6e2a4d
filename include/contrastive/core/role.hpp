// SPDX-License-Identifier: MIT
#pragma once
// Roles: what a parameter is for. Optimizers decide by role, never by name or layer.

namespace contrastive {

enum class role {
  weight,       // of a convolution or linear layer: decayed
  bias,         // added: usually not decayed
  scale,        // of a normalization: usually not decayed
  shift,        // of a normalization: usually not decayed
  statistic,    // running mean or variance: never seen by an optimizer
};

}    // namespace contrastive

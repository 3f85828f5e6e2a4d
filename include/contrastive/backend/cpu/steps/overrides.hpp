// SPDX-License-Identifier: MIT
#pragma once
// The CPU's overrides, in the order in which they are asked.
#include <contrastive/backend/cpu/steps/conversions.hpp>
#include <contrastive/backend/cpu/steps/enlarging_step.hpp>
#include <contrastive/backend/cpu/steps/inference_steps.hpp>
#include <contrastive/backend/cpu/steps/pair_engine.hpp>
#include <contrastive/backend/cpu/steps/pool_steps.hpp>
#include <contrastive/backend/cpu/steps/residual_step.hpp>
#include <contrastive/backend/cpu/steps/row_steps.hpp>
#include <contrastive/backend/cpu/steps/strip_losses.hpp>
#include <contrastive/backend/cpu/steps/views_in_one_pass.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Folded steps have no tape and no statistics of the batch; the others serve every phase.
template <class Phase>
  requires(Phase::keeps_tape || Phase::batch_statistics)
struct override_list<Phase> {
  using type =
      type_list<conv_norm_relu, conv_norm, conv_relu, conv_alone, spectral_conv_relu, spectral_conv, residual_relu,
                average_of_maps, maximum_of_windows, enlarged_images, linear_relu, row_norm_relu, row_norm,
                rows_to_blocks, blocks_to_rows, pairs_in_tiles, strips_on_vectors, views_in_one_pass>;
};
template <class Phase>
  requires(!Phase::keeps_tape && !Phase::batch_statistics)
struct override_list<Phase> {
  using type = type_list<folded_conv_norm_relu, folded_conv_norm, conv_relu, conv_alone, spectral_conv_relu,
                         spectral_conv, folded_residual_relu, average_of_maps, maximum_of_windows, enlarged_images,
                         linear_relu, row_norm_relu, row_norm, rows_to_blocks, blocks_to_rows>;
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

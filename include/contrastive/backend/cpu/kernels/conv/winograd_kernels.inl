// SPDX-License-Identifier: MIT
// Winograd convolution of one instruction set. No #pragma once: winograd_kernels.hpp reads it once for each set.
#include <contrastive/backend/cpu/kernels/conv/winograd_transforms.inl>

#include <contrastive/backend/cpu/kernels/conv/winograd_packing.inl>

#include <contrastive/backend/cpu/kernels/conv/winograd.inl>

#include <contrastive/backend/cpu/kernels/conv/winograd_gradient.inl>

template <class Here>
const winograd_kernels& winograd_table(Here) {
  static constexpr winograd_kernels table{.set = Here::set,
                                          .pack_forward = winograd_packing<Here::set>::forward,
                                          .pack_backward = winograd_packing<Here::set>::backward,
                                          .forward = winograd<Here::set>::forward,
                                          .backward_data = winograd<Here::set>::backward_data,
                                          .backward_weights = winograd_gradient<Here::set>::backward_weights};
  return table;
}

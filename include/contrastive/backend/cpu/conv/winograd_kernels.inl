// SPDX-License-Identifier: MIT
// Winograd convolution of one instruction set. No #pragma once: winograd_kernels.hpp reads it once for each set.
#include <contrastive/backend/cpu/kernels/conv/winograd_transforms.inl>

#include <contrastive/backend/cpu/kernels/conv/winograd_packing.inl>

#include <contrastive/backend/cpu/kernels/conv/winograd.inl>

#include <contrastive/backend/cpu/kernels/conv/winograd_gradient.inl>

template <isa Set>
inline constexpr winograd_kernels winograd_table{.set = Set,
                                                 .pack_forward = winograd_packing<Set>::forward,
                                                 .pack_backward = winograd_packing<Set>::backward,
                                                 .forward = winograd<Set>::forward,
                                                 .backward_data = winograd<Set>::backward_data,
                                                 .backward_weights = winograd_gradient<Set>::backward_weights};

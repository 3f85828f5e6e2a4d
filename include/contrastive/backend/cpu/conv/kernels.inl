// SPDX-License-Identifier: MIT
// Direct convolution of one instruction set. No #pragma once: conv_kernels.hpp reads it once for each set.
#include <contrastive/backend/cpu/kernels/conv/tile.inl>

#include <contrastive/backend/cpu/kernels/conv/epilogue.inl>

#include <contrastive/backend/cpu/kernels/conv/chunk.inl>

#include <contrastive/backend/cpu/kernels/conv/convolve.inl>

#include <contrastive/backend/cpu/kernels/conv/gradient.inl>

template <isa Set>
inline constexpr conv_kernels table{.set = Set,
                                    .tile_channels = conv_tiles<Set>::channels,
                                    .forward = convolve<Set>::forward,
                                    .backward_data = convolve<Set>::backward_data,
                                    .backward_weights = conv_gradient<Set>::backward_weights};

// SPDX-License-Identifier: MIT
// Direct convolution of one instruction set. No #pragma once: conv_kernels.hpp reads it once for each set.
#include <contrastive/backend/cpu/kernels/conv/tile.inl>

#include <contrastive/backend/cpu/kernels/conv/epilogue.inl>

#include <contrastive/backend/cpu/kernels/conv/chunk.inl>

#include <contrastive/backend/cpu/kernels/conv/convolve.inl>

#include <contrastive/backend/cpu/kernels/conv/gradient.inl>

template <class Here>
const conv_kernels& conv_table(Here) {
  static constexpr conv_kernels table{.set = Here::set,
                                      .tile_channels = conv_tiles<Here::set>::channels,
                                      .forward = convolve<Here::set>::forward,
                                      .backward_data = convolve<Here::set>::backward_data,
                                      .backward_weights = conv_gradient<Here::set>::backward_weights};
  return table;
}

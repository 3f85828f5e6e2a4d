// SPDX-License-Identifier: MIT
#pragma once
// Products of matrices: the block that one task works on, and each instruction set's way to do it.
#include <contrastive/backend/cpu/kernels/isa.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// What a product is cut into, whatever the instruction set and the number of threads.
struct gemm_blocks {
  static constexpr std::size_t depth = 256, rows = 192,
                               columns = 192;    // of the sum and of c; packed: 192 KiB each
  static constexpr std::size_t edge = 64;        // at least a panel of Eigen's
  static constexpr std::size_t floats_per_thread = depth * (rows + columns + edge) + rows * edge + 64;
};

/// c (rows, columns) += alpha · a (rows, depth) · b (depth, columns), none larger than a block. One pitch of a and of b
/// is 1.
struct gemm_part {
  std::size_t rows, columns, depth;
  float alpha;
  const float* a;                 // (rows, depth)
  std::size_t a_row, a_column;    // from one row, one column to the next
  const float* b;                 // (depth, columns)
  std::size_t b_row, b_column;
  float* c;    // (rows, columns)
  std::size_t c_row;
  float* memory;    // gemm_blocks::floats_per_thread
};
using gemm_function = void (*)(gemm_part);

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

#define CONTRASTIVE_KERNELS <contrastive/backend/cpu/kernels/gemm/tiles.inl>
#include <contrastive/backend/cpu/kernels/for_each_isa.inl>
#undef CONTRASTIVE_KERNELS

// SPDX-License-Identifier: MIT
#pragma once
// The axes that a kernel really has: extents of one are left out, and axes that lie behind each other in every operand
// become one. A contiguous map has one axis whatever its shape was, and divides for no index.
#include <contrastive/backend/opencl/address.hpp>

#include <string>
#include <vector>

namespace contrastive::on_opencl {

/// Axes from the innermost; stride[operand][axis].
struct axes {
  int rank = 0;
  std::array<int, 4> extent{1, 1, 1, 1};
  std::vector<std::array<std::ptrdiff_t, 4>> stride;
};

inline axes axes_of(index4 grid, const std::vector<operand>& operands) {
  axes a;
  a.stride.resize(operands.size());
  const std::array<int, 4> extents{grid.n, grid.h, grid.w, grid.c};
  for (std::size_t d = 4; d-- > 0;) {
    if (extents[d] == 1) continue;
    const std::size_t last = std::size_t(a.rank) - 1;
    bool joins = a.rank > 0 && std::ptrdiff_t(a.extent[last]) * extents[d] <= INT32_MAX;
    for (std::size_t k = 0; joins && k < operands.size(); ++k)
      joins = operands[k].stride[d] == a.stride[k][last] * a.extent[last];
    if (joins) a.extent[last] *= extents[d];
    else {
      for (std::size_t k = 0; k < operands.size(); ++k) a.stride[k][std::size_t(a.rank)] = operands[k].stride[d];
      a.extent[std::size_t(a.rank++)] = extents[d];
    }
  }
  return a;
}

}    // namespace contrastive::on_opencl

// SPDX-License-Identifier: MIT
#pragma once
// map on the CPU: rows of packets, cut into tasks by shape.
#include <contrastive/backend/cpu/kernels/workers.hpp>
#include <contrastive/backend/cpu/verbs/packets.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

inline constexpr std::ptrdiff_t task_size = 16384;    // elements: some 10 µs of work, many times a fork and join

template <class Tree>
void map_row(float* out, std::ptrdiff_t step, const Tree& tree, std::ptrdiff_t first, std::ptrdiff_t last) {
  std::ptrdiff_t i = first;
  if (step == 1)
    for (; i + native_lanes <= last; i += native_lanes) store(out + i, value_of<true>(tree, i));
  for (; i < last; i += native_lanes) {
    const int count = int(std::min<std::ptrdiff_t>(native_lanes, last - i));
    const packet v = value_of<false>(tree, i, count);
    for (int lane = 0; lane < count; ++lane) out[(i + lane) * step] = v[lane];
  }
}

template <class Tree>
void map(workers& pool, index4 grid, const strided<float*>& out, const Tree& tree) {
  const walk<Tree> walk{grid, {}, out, tree};
  const std::ptrdiff_t rows = walk.outer.count(), columns = walk.inner.count;
  const std::ptrdiff_t pieces = (columns + task_size - 1) / task_size;    // of one row
  const std::ptrdiff_t rows_at_once = std::max<std::ptrdiff_t>(1, task_size / columns);
  const std::ptrdiff_t strips = (rows + rows_at_once - 1) / rows_at_once;
  pool.run(int(strips * pieces), [&](int task) {
    const std::ptrdiff_t strip = task / pieces, first = task % pieces * task_size;
    for (std::ptrdiff_t r = strip * rows_at_once; r < std::min(rows, (strip + 1) * rows_at_once); ++r) {
      const auto offset = [&](std::size_t operand) { return walk.outer.offset(operand, r); };
      map_row(out.data + offset(0), walk.inner.step[0], walk.at(offset), first, std::min(columns, first + task_size));
    }
  });
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

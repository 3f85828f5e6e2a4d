// SPDX-License-Identifier: MIT
#pragma once
// The loops of an element operation: up to four axes, of which as many as possible are walked as one.
#include <contrastive/backend/cpu/kernels/target.hpp>
#include <contrastive/core/operand.hpp>

#include <array>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// How far each operand moves along one axis.
template <std::size_t Operands>
struct axis {
  std::ptrdiff_t count = 1;
  bool folded = false;    // summed over, in a reduction
  std::array<std::ptrdiff_t, Operands> step{};
};

/// Some axes from the outermost to the innermost.
template <std::size_t Operands>
struct loop_nest {
  std::array<axis<Operands>, 4> axes{};
  int size = 0;

  /// Adds an axis inside the others, as one with the last where the memory of every operand goes on without a gap.
  constexpr void add(const axis<Operands>& next) {
    if (next.count == 1) return;
    if (size > 0 && last().folded == next.folded && continues(last(), next)) {
      last().count *= next.count;
      last().step = next.step;
    } else axes[std::size_t(size++)] = next;
  }
  constexpr axis<Operands> take_inner() { return size > 0 ? axes[std::size_t(--size)] : axis<Operands>{}; }
  constexpr loop_nest only(bool folded) const {
    loop_nest some;
    for (int i = 0; i < size; ++i)
      if (axes[std::size_t(i)].folded == folded) some.add(axes[std::size_t(i)]);
    return some;
  }
  constexpr std::ptrdiff_t count() const {
    std::ptrdiff_t n = 1;
    for (int i = 0; i < size; ++i) n *= axes[std::size_t(i)].count;
    return n;
  }
  /// Where an operand stands at the i-th of the places.
  constexpr std::ptrdiff_t offset(std::size_t operand, std::ptrdiff_t i) const {
    std::ptrdiff_t at = 0;
    for (int k = size - 1; k > 0; --k) {
      const auto& a = axes[std::size_t(k)];
      at += i % a.count * a.step[operand];
      i /= a.count;
    }
    return size > 0 ? at + i * axes[0].step[operand] : at;    // the outermost needs no division
  }

 private:
  constexpr axis<Operands>& last() { return axes[std::size_t(size - 1)]; }
  static constexpr bool continues(const axis<Operands>& outer, const axis<Operands>& inner) {
    for (std::size_t k = 0; k < Operands; ++k)
      if (outer.step[k] != inner.step[k] * inner.count) return false;
    return true;
  }
};

/// The nest of operands with the given strides, first the output's. `folded` says how often each axis is summed over.
template <std::size_t Operands>
constexpr auto nest_of(index4 kept, index4 folded, const std::array<std::array<std::ptrdiff_t, 4>, Operands>& strides) {
  loop_nest<Operands> nest;
  const std::array<int, 4> keeps{kept.n, kept.h, kept.w, kept.c}, folds{folded.n, folded.h, folded.w, folded.c};
  for (std::size_t a = 0; a < 4; ++a) {
    axis<Operands> next{folds[a] > 1 ? folds[a] : keeps[a], folds[a] > 1, {}};
    for (std::size_t k = 0; k < Operands; ++k) next.step[k] = strides[k][a];
    nest.add(next);
  }
  return nest;
}

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

// SPDX-License-Identifier: MIT
#pragma once
// Folds by segments: one functor for every segment of every output, then one for every output.
#include <contrastive/backend/fold_cut.hpp>
#include <contrastive/backend/pointer.hpp>

namespace contrastive::on_thrust {

template <fold F>
struct accumulator {
  double total = F == fold::sum ? 0. : -HUGE_VAL;
  CONTRASTIVE_FN void add(double v) {
    if constexpr (F == fold::sum) total += v;
    else total = total < v ? v : total;
  }
};

/// The next place of a fold, without a division.
CONTRASTIVE_FN inline void advance(index4& p, index4 extents) {
  if (++p.c < extents.c) return;
  p.c = 0;
  if (++p.w < extents.w) return;
  p.w = 0;
  if (++p.h < extents.h) return;
  p.h = 0;
  ++p.n;
}

// partials(segment, output), outputs innermost: neighbors read neighbors
template <fold F, class E, class Tree>
struct segment_body {
  index4 kept, folded;
  double* partials;
  std::size_t length;
  Tree tree;
  CONTRASTIVE_FN void operator()(std::size_t i) const {
    const std::size_t first = i / kept.size() * length, all = folded.size();
    const std::size_t count = first + length < all ? length : all - first;
    const index4 p = kept.at(i % kept.size());
    index4 f = folded.at(first);
    accumulator<F> sum;
    for (std::size_t k = 0; k < count; ++k, advance(f, folded))
      sum.add(double(tree.template value<E>({p.n + f.n, p.h + f.h, p.w + f.w, p.c + f.c})));
    partials[i] = sum.total;
  }
};

template <fold F, class E>
struct partials_body {
  index4 kept;
  strided<E*> out;
  const double* partials;
  std::size_t segments;
  CONTRASTIVE_FN void operator()(std::size_t i) const {
    accumulator<F> sum;
    for (std::size_t s = 0; s < segments; ++s) sum.add(partials[s * kept.size() + i]);
    const index4 p = kept.at(i);
    out(p.n, p.h, p.w, p.c) = E(sum.total);
  }
};

}    // namespace contrastive::on_thrust

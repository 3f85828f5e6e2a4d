// SPDX-License-Identifier: MIT
#pragma once
// Expressions evaluated a packet at a time along the inner axis of a loop nest.
#include <contrastive/backend/cpu/verbs/loop_nest.hpp>
#include <contrastive/backend/cpu/verbs/packet_math.hpp>
#include <contrastive/expr/functions.hpp>
#include <contrastive/expr/random.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

using packet = floats<native_lanes>;

/// A leaf on its way along a row: contiguous, the same element all along, or any other step.
template <class E>
struct walking_leaf {
  using is_leaf = void;
  const E* row = nullptr;
  std::ptrdiff_t step = 0;

  packet full(std::ptrdiff_t i) const {
    if (step == 1) return contiguous(row + i);
    if (step == 0) return splat<packet>(float(*row));
    return some(i, native_lanes);
  }
  packet some(std::ptrdiff_t i, int count) const {
    packet p{};
    for (int lane = 0; lane < count; ++lane) p[lane] = float(row[(i + lane) * step]);
    return p;
  }

 private:
  static packet contiguous(const float* p) { return load<packet>(p); }
  static packet contiguous(const std::uint8_t* p) { return load_bytes<packet>(p); }
  static packet contiguous(const std::int32_t* p) { return load_integers<packet>(p); }
};

/// Random numbers on their way along a row.
struct walking_numbers {
  using is_leaf = void;
  detail::random_numbers row;
  std::ptrdiff_t step = 0;

  packet full(std::ptrdiff_t i) const { return some(i, native_lanes); }
  packet some(std::ptrdiff_t i, int count) const {
    packet p{};
    detail::random_numbers::last_block last;
    for (int lane = 0; lane < count; ++lane) p[lane] = row.number((i + lane) * step, last);
    return p;
  }
};
template <class E>
walking_leaf<E> walking_along(E* row, std::ptrdiff_t step) {
  return {row, step};
}
inline walking_numbers walking_along(const detail::random_numbers& row, std::ptrdiff_t step) { return {row, step}; }

/// The tree's value at inner places i … i + lanes − 1; with Whole false only `count` lanes are read, the others are
/// zero.
template <bool Whole, class T>
packet value_of(const T& tree, std::ptrdiff_t i, int count = native_lanes) {
  if constexpr (requires { typename T::is_leaf; }) {
    if constexpr (Whole) return tree.full(i);
    else return tree.some(i, count);
  } else if constexpr (requires { typename T::operation; })
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return T::operation::of(value_of<Whole>(part<I>(tree.parts), i, count)...);
    }(std::make_index_sequence<decltype(tree.parts)::count>{});
  else return splat<packet>(tree.template value<float>({}));
}

/// An expression whose leaves walk: the tree, and how its operands move. Operand 0 is the output.
template <class Tree>
class walk {
 public:
  static constexpr std::size_t operands = [] {
    std::size_t n = 1;
    Tree t{};
    detail::for_each_leaf(t, [&](auto&) { ++n; });
    return n;
  }();
  loop_nest<operands> outer;
  axis<operands> inner;

  walk(index4 kept, index4 folded, const strided<float*>& out, const Tree& tree)
      : outer(nest_of(kept, folded, strides(out, tree))), inner(outer.take_inner()), tree_(tree) {}

  /// The tree with its leaves where offset(operand) says.
  auto at(const auto& offset) const {
    std::size_t k = 0;
    return detail::with_leaves(tree_, [&]<class A>(const detail::leaf<A>& l) {
      ++k;
      return walking_along(l.operand.data + std::size_t(offset(k)), inner.step[k]);
    });
  }

 private:
  static auto strides(const strided<float*>& out, const Tree& tree) {
    std::array<std::array<std::ptrdiff_t, 4>, operands> all{};
    std::size_t k = 0;
    const auto take = [&](const auto& s) { all[k++] = {s.n, s.h, s.w, s.c}; };
    take(out);
    detail::for_each_leaf(tree, [&](const auto& l) { take(l.operand); });
    return all;
  }
  Tree tree_;
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

// SPDX-License-Identifier: MIT
#pragma once
// reduce on the CPU: packets along the inner axis, segments of the folded axes cut by shape, partial sums added in
// order.
#include <contrastive/backend/cpu/verbs/map.hpp>
#include <contrastive/expr/verbs.hpp>

#include <limits>
#include <mutex>
#include <vector>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// Memory for partial sums: grows to what the largest reduction needs, then stays. One reduction uses it at a time.
struct partial_sums {
  std::mutex in_use;
  std::vector<float> values;
};

template <fold F>
struct folding {
  static packet start() { return F == fold::sum ? packet{} : splat<packet>(-std::numeric_limits<float>::infinity()); }
  template <class X>
  static X combine(const X& a, const X& b) {
    if constexpr (F == fold::sum) return a + b;
    else return a < b ? b : a;
  }
};

/// One reduction: its loops, how its folded places are cut into segments, and where the results of a segment go.
template <fold F, class Tree>
class reduction {
  using folding = on_cpu::folding<F>;
  static constexpr std::ptrdiff_t block = 256;    // additions in a row in one float, at most
  static constexpr std::ptrdiff_t rows_in_float = 16;
  static constexpr std::ptrdiff_t most_partials = 1 << 20;

 public:
  reduction(index4 kept, index4 folded, const strided<float*>& out, const Tree& tree)
      : out_(out.data),
        walk_(kept, folded, out, tree),
        kept_(walk_.outer.only(false)),
        folded_(walk_.outer.only(true)),
        width_(walk_.inner.folded ? 1 : walk_.inner.count),
        pieces_(walk_.inner.folded ? (walk_.inner.count + task_size - 1) / task_size : 1) {
    const std::ptrdiff_t results = kept_.count() * width_, rows = folded_.count() * pieces_;
    const std::ptrdiff_t wanted = (rows * (walk_.inner.folded ? block : 1) + block - 1) / block;
    segments_ = std::clamp<std::ptrdiff_t>(std::min(wanted, most_partials / results), 1, rows);
    rows_at_once_ = (rows + segments_ - 1) / segments_;
    segments_ = (rows + rows_at_once_ - 1) / rows_at_once_;
    // few results in a row: several rows of results make one task
    const std::ptrdiff_t work = std::max<std::ptrdiff_t>(1, rows_at_once_ * std::min(walk_.inner.count, task_size));
    kept_at_once_ = std::max<std::ptrdiff_t>(1, task_size / work);
  }

  void run(workers& pool, partial_sums& partials) const {
    const workers::turn mine(pool);    // before the memory: tasks reduce too
    const std::scoped_lock one(partials.in_use);
    const auto size = std::size_t(segments_ * kept_.count() * width_);
    if (partials.values.size() < size) partials.values.resize(size);
    float* to = partials.values.data();
    const std::ptrdiff_t strips = (kept_.count() + kept_at_once_ - 1) / kept_at_once_;
    pool.run(int(segments_ * strips), [&](int task) {
      const std::ptrdiff_t segment = task / strips, strip = task % strips;
      for (std::ptrdiff_t k = strip * kept_at_once_; k < std::min(kept_.count(), (strip + 1) * kept_at_once_); ++k)
        reduce_segment(segment, k, to + (segment * kept_.count() + k) * width_);
    });
    pool.run(int(strips), [&](int strip) {
      for (std::ptrdiff_t k = strip * kept_at_once_; k < std::min(kept_.count(), (strip + 1) * kept_at_once_); ++k)
        for (std::ptrdiff_t i = 0; i < width_; ++i)
          out_[kept_.offset(0, k) + i * (walk_.inner.folded ? 0 : walk_.inner.step[0])] = total(to, k * width_ + i);
    });
  }

 private:
  float total(const float* partials, std::ptrdiff_t result) const {
    auto sum = double(partials[result]);
    for (std::ptrdiff_t s = 1; s < segments_; ++s)
      sum = folding::combine(sum, double(partials[s * kept_.count() * width_ + result]));
    return float(sum);
  }
  auto row(std::ptrdiff_t kept, std::ptrdiff_t folded) const {
    return walk_.at([&](std::size_t operand) { return kept_.offset(operand, kept) + folded_.offset(operand, folded); });
  }
  void reduce_segment(std::ptrdiff_t segment, std::ptrdiff_t kept, float* to) const {
    const std::ptrdiff_t first = segment * rows_at_once_,
                         last = std::min(folded_.count() * pieces_, first + rows_at_once_);
    if (walk_.inner.folded) *to = along(kept, first, last);
    else
      for (std::ptrdiff_t i = 0; i < width_; i += native_lanes)
        store_some(to + i, across(kept, first, last, i), int(std::min<std::ptrdiff_t>(native_lanes, width_ - i)));
  }
  /// The inner axis is kept: a packet of results, summed over rows, a few at a time in float.
  packet across(std::ptrdiff_t kept, std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t i) const {
    const int count = int(std::min<std::ptrdiff_t>(native_lanes, width_ - i));
    double result[native_lanes];
    std::fill_n(result, native_lanes, double(folding::start()[0]));
    while (first < last) {
      packet some = folding::start();
      for (const std::ptrdiff_t end = std::min(last, first + rows_in_float); first < end; ++first)
        some = folding::combine(some, count == native_lanes ? value_of<true>(row(kept, first), i)
                                                            : value_of<false>(row(kept, first), i, count));
      for (int lane = 0; lane < native_lanes; ++lane) result[lane] = folding::combine(result[lane], double(some[lane]));
    }
    packet rounded{};
    for (int lane = 0; lane < native_lanes; ++lane) rounded[lane] = float(result[lane]);
    return rounded;
  }
  /// The inner axis is folded: one result, summed over pieces of rows.
  float along(std::ptrdiff_t kept, std::ptrdiff_t first, std::ptrdiff_t last) const {
    auto result = double(folding::start()[0]);
    for (; first < last; ++first) {
      const auto tree = row(kept, first / pieces_);
      const std::ptrdiff_t from = first % pieces_ * task_size, to = std::min(walk_.inner.count, from + task_size);
      for (std::ptrdiff_t i = from; i < to; i += 2 * block)    // a few additions in each lane, the rest in double
        result = folding::combine(result, double(piece(tree, i, std::min(to, i + 2 * block))));
    }
    return float(result);
  }
  static float piece(const auto& tree, std::ptrdiff_t i, std::ptrdiff_t last) {
    packet some = folding::start();
    for (; i + native_lanes <= last; i += native_lanes) some = folding::combine(some, value_of<true>(tree, i));
    float result = F == fold::sum ? sum(some) : max(some);
    if (const int rest = int(last - i); rest > 0) {
      const packet tail = value_of<false>(tree, i, rest);
      for (int lane = 0; lane < rest; ++lane) result = folding::combine(result, tail[lane]);
    }
    return result;
  }

  float* out_;
  walk<Tree> walk_;
  loop_nest<walk<Tree>::operands> kept_, folded_;
  std::ptrdiff_t width_, pieces_, segments_ = 1, rows_at_once_ = 1, kept_at_once_ = 1;
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu

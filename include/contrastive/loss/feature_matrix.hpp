// SPDX-License-Identifier: MIT
#pragma once
// What losses of features share: the views side by side, and a matrix of features without its diagonal.
#include <contrastive/loss/loss.hpp>

#include <array>

namespace contrastive::detail {

CONTRASTIVE_KERNEL(clear_diagonal, (), (auto matrix), matrix(c, 0, 0, c) = 0;)

/// C = alpha · Aᵀ·B but for its diagonal, which is 0. a, b: (n, d); c: memory for (d, d).
template <class B, int D>
void product_of_features(auto& ctx, const chunk<B, features<D>, D>& c, const auto& a, const auto& b, double alpha) {
  gemm(ctx, by_row(c.first(D)), transpose(by_row(a)), by_row(b), alpha);    // (d, d)
  launch<clear_diagonal>(ctx, {1, 1, 1, D}, c.first(D));
}

/// View v of the rows of t, where row v·n + i is view v of sample i: (n, d).
auto view_of(const auto& t, int v, int n) { return operand_of(t).slice(v * n, n); }

/// Throws argument_error unless there are so many views of at least two samples: without a second sample no feature has
/// a deviation.
inline void require_two_views(const char* loss, int rows, int views) {
  if (views != 2 || rows % 2 != 0)
    throw argument_error(std::string(loss) + " compares two views of each sample; this batch of " +
                         std::to_string(rows) + " rows has " + std::to_string(views));
}
inline void require_samples(const char* loss, int samples) {
  if (samples < 2)
    throw argument_error(std::string(loss) + " looks at how features vary over a batch: it needs at least 2 samples");
}
/// Throws argument_error for a number that is negative or none, or (`above`) not above 0.
inline void require_weight(const char* name, double value, bool above = false) {
  if (!(above ? value > 0 : value >= 0) || std::isinf(value))
    throw argument_error(std::string(name) + " must be a number " + (above ? "above 0" : "from 0 on") + "; it is " +
                         std::to_string(value));
}

/// Losses that decorrelate features need two.
template <int D>
struct decorrelates_features {
  static constexpr bool value = D > 1;
  static_assert(value, "this loss decorrelates features, and there is only one: give the network's head more outputs");
};

}    // namespace contrastive::detail
